import { describe, expect, it } from 'vitest';
import { type History, NO_HISTORY, recorded, redone, rested, undone } from './history.ts';

const historyOf = (...changes: [before: number, isDrag: boolean][]) =>
  changes.reduce<History<number>>((history, [before, isDrag]) => recorded(history, before, isDrag), NO_HISTORY);

describe('history', () => {
  it('goes back and forth', () => {
    const back = undone(historyOf([1, false], [2, false]), 3)!;
    expect(back.value).toBe(2);
    const further = undone(back.history, back.value)!;
    expect(further.value).toBe(1);
    expect(undone(further.history, 1)).toBeNull();
    const forth = redone(further.history, 1)!;
    expect(forth.value).toBe(2);
    const last = redone(forth.history, 2)!;
    expect(last.value).toBe(3);
    expect(redone(last.history, 3)).toBeNull();
    expect(last.history.past).toEqual([1, 2]);
  });

  it('has one entry for a drag, and another for the next one', () => {
    const drag = historyOf([1, false], [2, true], [3, true], [4, true]);
    expect(drag.past).toEqual([1, 2]);
    expect(recorded(rested(drag), 5, true).past).toEqual([1, 2, 5]);
    expect(recorded(drag, 5, false).past).toEqual([1, 2, 5]);
  });

  it('forgets what was undone once something else is done', () => {
    const { history } = undone(historyOf([1, false]), 2)!;
    expect(recorded(history, 1, false)).toMatchObject({ past: [1], future: [] });
  });

  it('forgets the oldest of very many', () => {
    const { past } = historyOf(...Array.from({ length: 150 }, (_, i): [number, boolean] => [i, false]));
    expect([past.length, past[0]]).toEqual([100, 50]);
  });
});
