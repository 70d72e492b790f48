/** What a key asks of the page. */
export type Shortcut = 'undo' | 'redo' | 'help';

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Ctrl or ⌘ with Z goes back, with Shift+Z (or Ctrl+Y) forward; `?` lists the shortcuts. */
export function shortcutOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Key): Shortcut | null {
  if (altKey) return null;
  const isCommand = ctrlKey !== metaKey; // either, not both
  if (!isCommand) return key === '?' && !ctrlKey ? 'help' : null;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && ctrlKey && !shiftKey ? 'redo' : null;
}

const TEXT =
  'textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox], [type=button])';

/** Whether the key belongs to a field with text of its own: it has its own undo, and a `?` may be meant for it. */
export function isTyping(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches(TEXT);
}
