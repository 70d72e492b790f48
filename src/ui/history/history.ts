/** What was, and what was undone: snapshots of something that is replaced whole. Pure data. */
export interface History<T> {
  /** The oldest first. */
  readonly past: readonly T[];
  /** What comes back next first. */
  readonly future: readonly T[];
  /** Whether the newest entry stands for a drag that goes on. */
  readonly isDragging: boolean;
}

export const NO_HISTORY: History<never> = { past: [], future: [], isDragging: false };

/** More than anyone goes back. */
const LONGEST = 100;

/**
 * Notes that `before` is about to be replaced. A drag is one entry, however many values it passes: only its first
 * change is noted, until `rested`. Something new forgets what was undone.
 */
export function recorded<T>(history: History<T>, before: T, isDrag: boolean): History<T> {
  if (isDrag && history.isDragging) return history;
  return { past: [...history.past, before].slice(-LONGEST), future: [], isDragging: isDrag };
}

/** A drag is over. */
export function rested<T>(history: History<T>): History<T> {
  return history.isDragging ? { ...history, isDragging: false } : history;
}

/** One entry back from `now`; null at the beginning. */
export function undone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T } | null {
  const value = past.at(-1);
  if (value === undefined) return null;
  return { history: { past: past.slice(0, -1), future: [now, ...future], isDragging: false }, value };
}

/** One entry forward from `now`; null when nothing was undone. */
export function redone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T } | null {
  const [value, ...rest] = future;
  if (value === undefined) return null;
  return { history: { past: [...past, now], future: rest, isDragging: false }, value };
}
