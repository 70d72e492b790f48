import type { ElitError } from '../../errors.ts';
import type { Favourite } from './favourite.ts';

/** What the section says of itself. */
export function keptWords(list: readonly Favourite[] | null, problem: ElitError | null): string {
  if (problem !== null) return `${problem.message} ${problem.hint}`;
  if (list === null) return 'Looking for your favourites…';
  if (list.length === 0) {
    return 'Press the heart on a picture to keep it here. It stays on this device, also after the page is closed.';
  }
  return `${pictures(list.length)} kept on this device. Press one to draw it again.`;
}

/** What became of an archive: how many of its pictures are new, known, and none of ours. */
export function takenWords(found: number, fresh: number, refused: number): string {
  const known = found - fresh;
  const parts = [
    `${pictures(fresh)} imported`,
    ...(known === 0 ? [] : [`${known} already there`]),
    ...(refused === 0 ? [] : [refused === 1 ? '1 is not from this page' : `${refused} are not from this page`]),
  ];
  return `${parts.join(', ')}.`;
}

/** The button that puts removed favourites back. */
export function backWords(count: number): string {
  return count === 1 ? 'Put it back' : `Put ${count} back`;
}

function pictures(count: number): string {
  return count === 1 ? '1 picture' : `${count} pictures`;
}
