import { describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { isOld, newSheet, nextDraft, withPicture } from './seed-sheet.ts';
import { SheetController } from './sheet-controller.ts';

const draft: Draft = { subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 2, guidance: 2.5, noise: null };
const image = { width: 1, height: 1 } as Partial<GeneratedImage> as GeneratedImage;

function controller() {
  const host = { addController: vi.fn(), removeController: vi.fn(), requestUpdate: vi.fn() };
  return new SheetController({ ...host, updateComplete: Promise.resolve(true) });
}

/** Draws `count` pictures, then waits until it is stopped. */
function until(count: number) {
  const seeds: number[] = [];
  const draw = (wanted: Draft, signal: AbortSignal) => {
    seeds.push(wanted.seed);
    return seeds.length <= count
      ? Promise.resolve(image)
      : new Promise<GeneratedImage>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  return { seeds, draw };
}

describe('a sheet of seeds', () => {
  it('has the seeds that follow, in turn, and is done with the last', () => {
    let sheet = newSheet({ ...draft, seed: 2 ** 32 - 3 }, 4);
    const seeds: number[] = [];
    for (let next = nextDraft(sheet); next !== null; next = nextDraft(sheet)) {
      seeds.push(next.seed);
      expect(sheet.state).toBe('drawing');
      sheet = withPicture(sheet, next, image);
    }
    expect(seeds).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0, 1]);
    expect(sheet.state).toBe('done');
  });

  it('is of plain seeds, also after a variation or noise', () => {
    const varied = { ...draft, noise: new Float32Array(1), variation: { seed: 1, amount: 0.5 } };
    expect(nextDraft(newSheet(varied, 8))).toEqual({ ...draft, seed: 8, variation: undefined });
  });

  it('is old with another setting, but not with another seed', () => {
    const sheet = newSheet(draft, 8);
    expect(isOld(sheet, { ...draft, seed: 9, variation: { seed: 1, amount: 0.5 } })).toBe(false);
    for (const patch of [{ budget: 3 }, { steps: 4 }, { guidance: 1 }, { style: 'x' }, { prompt: 'x' }]) {
      expect(isOld(sheet, { ...draft, ...patch })).toBe(true);
    }
  });
});

describe('SheetController', () => {
  it('stops on demand and when another setting changes, and goes on where it was', async () => {
    const sheets = controller();
    const first = until(2);
    const run = sheets.start(draft, 8, first.draw);
    await vi.waitFor(() => expect(first.seeds).toEqual([8, 9, 10]));
    sheets.follow({ ...draft, seed: 9 });
    expect(sheets.sheet?.state).toBe('drawing');
    sheets.follow({ ...draft, budget: 9 });
    await run;
    expect(sheets.sheet).toMatchObject({ state: 'stopped', problem: '' });
    const second = until(9);
    await sheets.goOn(second.draw);
    expect(second.seeds).toEqual([10, 11, 12, 13, 14, 15]);
    expect(sheets.sheet?.state).toBe('done');
  });

  it('says why it stopped', async () => {
    const sheets = controller();
    await sheets.start(draft, 8, () => Promise.reject(new ElitError('decoder-failed', 'No pixels.', '')));
    expect(sheets.sheet).toMatchObject({ state: 'stopped', problem: 'No pixels.' });
  });
});
