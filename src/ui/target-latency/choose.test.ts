import { describe, expect, it } from 'vitest';
import { choose, guidanceKey, type Measurement, measurementOf } from './choose.ts';
import { isOneSlow, revise } from './revise.ts';

/** A network whose core is all it has: a step at budget k costs k of 4. */
const SHARE = [0.25, 0.5, 0.75, 1];
const NONE = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] } as const;
const CFG = { kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] } as const;
const REST = 10;

/** On a device where a full forward takes `forwardMs`. */
function took(budget: number, steps: number, forwardMs = 4, guidance: typeof NONE | typeof CFG = NONE): Measurement {
  const sampling = forwardMs * SHARE[budget - 1]! * steps * (guidance === CFG ? 2 : 1);
  const settings = { budget, steps, guidance, subject: 'cat', style: 'noto', seed: 1, solver: 'euler' as const };
  return measurementOf({ settings, timing: { total: sampling + REST, sampling, decoding: REST } }, SHARE)!;
}

const wanted = (target: number, guidance: typeof NONE | typeof CFG = NONE, steps = 20) => ({ target, steps, guidance });

describe('choose', () => {
  it('keeps the steps and takes the highest budget within the target, by what other budgets took', () => {
    const seen = [took(4, 20)]; // 20 steps: 90, 70, 50 and 30 ms
    expect(choose(wanted(90), seen, SHARE)).toEqual({
      ...{ budget: 4, steps: 20, ms: 90, measured: 1, isMet: true, isFastest: false },
    });
    expect(choose(wanted(89), seen, SHARE)).toMatchObject({ budget: 3, steps: 20, ms: 70, measured: 0 });
    expect(choose(wanted(30), seen, SHARE)).toMatchObject({ budget: 1, steps: 20, ms: 30 });
  });

  it('then takes steps away, down to eight, and says when not even they are fast enough', () => {
    const seen = [took(4, 20)];
    expect(choose(wanted(29), seen, SHARE)).toMatchObject({ budget: 1, steps: 19, isMet: true });
    expect(choose(wanted(18), seen, SHARE)).toMatchObject({ budget: 1, steps: 8, ms: 18, isMet: true });
    expect(choose(wanted(17), seen, SHARE)).toMatchObject({
      ...{ budget: 1, steps: 8, ms: 18, isMet: false, isFastest: true },
    });
    expect(choose(wanted(5, NONE, 4), seen, SHARE)).toMatchObject({ budget: 1, steps: 4, isMet: false });
  });

  it('believes the pictures of a combination, by the median of the last three', () => {
    const seen = [took(3, 20, 40), took(4, 20), took(3, 20, 6), took(3, 20, 5), took(3, 20, 50)];
    expect(choose(wanted(110), seen.slice(0, 2), SHARE)).toMatchObject({ budget: 4 });
    expect(choose(wanted(100), seen.slice(1), SHARE)).toMatchObject({ budget: 4, ms: 90 });
    expect(choose(wanted(89), seen, SHARE)).toMatchObject({ budget: 2 }); // 3 takes 100 here: 2 as much a FLOP
    expect(choose(wanted(100), [took(4, 20, 9), ...seen.slice(2)], SHARE)).toMatchObject({ ms: 100, measured: 3 });
  });

  it('knows that guidance makes a second call a step', () => {
    const seen = [took(4, 20)];
    expect(choose(wanted(90, CFG), seen, SHARE)).toMatchObject({ budget: 2, ms: 90, measured: 0 });
    const guided = [...seen, took(2, 20, 8, CFG)];
    expect(choose(wanted(90, CFG), guided, SHARE)).toMatchObject({ budget: 1, ms: 90, measured: 0 });
    expect(choose(wanted(90), guided, SHARE)).toMatchObject({ budget: 4, measured: 1 });
    expect(guidanceKey(1)).toBe(guidanceKey(NONE));
    expect(guidanceKey(2)).toBe(guidanceKey(3));
    expect(guidanceKey(2)).not.toBe(guidanceKey({ ...CFG, kind: 'ccfg' }));
  });

  it('knows nothing before a picture was drawn', () => {
    expect(choose(wanted(100), [], SHARE)).toBeNull();
    expect(choose(wanted(100), [took(4, 20)], [])).toBeNull();
  });
});

describe('revise', () => {
  const standing = { budget: 3, steps: 20, hasMet: true };

  it('does not follow every picture', () => {
    const slower = [took(3, 20, 4), took(3, 20, 4.3), took(3, 20, 4.2)];
    expect(revise(standing, wanted(70), slower, SHARE)).toMatchObject({ budget: 3, ms: 73, isFastest: false });
    const faster = [took(3, 20, 3.2), took(3, 20, 3.1), took(3, 20, 3.2)];
    expect(choose(wanted(75), faster, SHARE)).toMatchObject({ budget: 4 });
    expect(revise(standing, wanted(75), faster, SHARE)).toMatchObject({ budget: 3 });
  });

  it('follows when pictures have become slower, or faster, for good', () => {
    const slower = [took(3, 20, 4), took(3, 20, 6), took(3, 20, 6)];
    expect(revise(standing, wanted(70), slower, SHARE)).toMatchObject({ budget: 2 });
    const faster = [took(3, 20, 2), took(3, 20, 2), took(3, 20, 2)];
    expect(revise(standing, wanted(70), faster, SHARE)).toMatchObject({ budget: 4 });
  });

  it('has the first picture of a choice drawn again when it was slow', () => {
    const fresh = { ...standing, hasMet: false };
    const once = [took(4, 20), took(3, 20, 7)];
    const kept = revise(fresh, wanted(70), once, SHARE)!;
    expect(kept).toMatchObject({ budget: 3, measured: 1, isFastest: false });
    expect(isOneSlow(kept)).toBe(true);
    expect(revise(fresh, wanted(70), [...once, took(3, 20, 4)], SHARE)).toMatchObject({ budget: 3, ms: 70 });
    expect(revise(fresh, wanted(70), [...once, took(3, 20, 6)], SHARE)).toMatchObject({ budget: 2 });
  });

  it('stays with the fastest where nothing is fast enough', () => {
    const least = { budget: 1, steps: 8, hasMet: false };
    const seen = [took(1, 8, 40), took(1, 8, 42), took(1, 8, 41)];
    expect(revise(least, wanted(17), seen, SHARE)).toMatchObject({ budget: 1, steps: 8, isFastest: true, measured: 3 });
  });
});
