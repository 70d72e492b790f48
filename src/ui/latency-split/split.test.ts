import { describe, expect, it } from 'vitest';
import type { GeneratedImage } from '../../generator/types.ts';
import { isOf, splitOf } from './split.ts';

const settings = {
  ...{ subject: 'cat', style: 'noto', seed: 7, steps: 20, budget: 8, solver: 'euler' },
  guidance: { kind: 'cfg', scale: 2, budget: 1, interval: [0, 1] },
} as GeneratedImage['settings'];
const image = { settings, backend: 'webgpu', timing: { total: 100, sampling: 70, decoding: 20 } } as GeneratedImage;
const ms = { conditioning: 1, head: 10, read: 5, core: 40, write: 5, tail: 9, decode: 20 };

describe('the split of a picture’s time', () => {
  it('is into the parts of the network, in its order, and what is left', () => {
    const { pieces, isOfParts } = splitOf(image, { settings, ms });
    expect(isOfParts).toBe(true);
    expect(pieces.map(({ name }) => name).join()).toBe('Conditioning,Head,Read,Core,Write,Tail,Decode,The rest');
    expect(pieces.find(({ id }) => id === 'core')).toMatchObject({ ms: 40, share: 0.4 });
    expect(pieces.at(-1)).toMatchObject({ ms: 10, share: 0.1 });
  });

  it('adds up to one, also when the parts took longer than the picture', () => {
    const { pieces } = splitOf({ ...image, timing: { ...image.timing, total: 60 } }, { settings, ms });
    expect(pieces.at(-1)).toMatchObject({ id: 'rest', ms: 0 });
    expect(pieces.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('leaves out a part that the model does not have', () => {
    const { pieces } = splitOf(image, { settings, ms: { ...ms, read: 0, write: 0 } });
    expect(pieces.map(({ id }) => id)).not.toContain('read');
  });

  it('is of sampling and decoding alone, and says why, where no more is known', () => {
    const of = (backend: GeneratedImage['backend'], parts: 'none' | null) => splitOf({ ...image, backend }, parts);
    expect(of('webgpu', null).pieces.map(({ id, ms }) => [id, ms])).toEqual([
      ['sampling', 70],
      ['decoding', 20],
      ['rest', 10],
    ]);
    expect(of('webgpu', null).note).toContain('when nothing is drawn');
    expect(of('webgpu', 'none').note).toContain('no timestamps');
    expect(of('wasm', 'none').note).toContain('CPU');
  });

  it('is not that of a picture of other costs', () => {
    const parts = { settings, ms };
    expect(isOf(parts, { settings: { ...settings, seed: 9, subject: 'dog' } })).toBe(true);
    for (const other of [{ budget: 9 }, { steps: 4 }, { guidance: { ...settings.guidance, kind: 'none' as const } }]) {
      expect(isOf(parts, { settings: { ...settings, ...other } })).toBe(false);
    }
  });
});
