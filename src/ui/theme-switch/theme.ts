export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Where a choice is kept; asking a browser that blocks storage for it throws. */
export type StorageOf = () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'elit-web:theme';

/** The theme of the last visit; the system's where none was chosen, or nothing can be kept. */
export function keptTheme(storage: StorageOf): Theme {
  try {
    const kept = storage().getItem(KEY);
    return THEMES.find((theme) => theme === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

/** Keeps it for the next visit. @returns whether that was possible; it holds for this visit anyway */
export function keepTheme(storage: StorageOf, theme: Theme): boolean {
  try {
    if (theme === 'system') storage().removeItem(KEY);
    else storage().setItem(KEY, theme);
    return true;
  } catch {
    return false;
  }
}

/** The paper's colours, for the browser's own bars. */
const BARS = { light: '#f6f5f1', dark: '#151513' } as const;

/**
 * Every colour of the page is a pair (`light-dark()`), of which the root's `color-scheme` picks one. By page.css, and
 * not by a style set here: for older browsers the build writes both as other properties, and only where it sees them.
 */
export function applyTheme(page: Document, theme: Theme): void {
  page.documentElement.dataset.theme = theme;
  for (const bar of page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = bar.media.includes('dark') ? 'dark' : 'light';
    bar.content = BARS[theme === 'system' ? own : theme];
  }
}
