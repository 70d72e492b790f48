import { describe, expect, it, vi } from 'vitest';
import { ElitError } from '../../errors.ts';
import type { AttentionMaps } from '../../generator/attention.ts';
import type { GeneratedImage } from '../../generator/types.ts';
import { isOf, LookController } from './look-controller.ts';

const host = {
  addController: vi.fn(),
  removeController: vi.fn(),
  requestUpdate: vi.fn(),
  updateComplete: Promise.resolve(true),
};
const image = (seed: number | null) => ({ settings: { seed, steps: 2, budget: 4 } }) as GeneratedImage;
const maps = { steps: [1, 2] } as Partial<AttentionMaps> as AttentionMaps;

describe('a look', () => {
  it('tells how far it is, and keeps what was seen', async () => {
    const controller = new LookController(host);
    const seen: unknown[] = [];
    const shown = image(7);
    await controller.look(shown, null, async ({ onProgress, at, seed }) => {
      seen.push(controller.progress, at, seed);
      onProgress?.({ step: 1, steps: 2 });
      seen.push(controller.progress);
      return maps;
    });
    expect(seen).toEqual([{ step: 0, steps: 2 }, [1, 2], 7, { step: 1, steps: 2 }]);
    expect(controller.progress).toBeNull();
    expect(controller.looked).toEqual({ image: shown, maps });
  });

  it('that fails or is stopped leaves what was seen before, and says why it failed', async () => {
    const controller = new LookController(host);
    await controller.look(image(7), null, async () => maps);
    await controller.look(image(8), null, () =>
      Promise.reject(new ElitError('unsupported', 'Not here.', 'Elsewhere.')),
    );
    expect([controller.problem, controller.looked?.image.settings.seed]).toEqual(['Not here. Elsewhere.', 7]);
    const late = controller.look(image(9), null, async (_, signal) => {
      controller.stop();
      expect(signal.aborted).toBe(true);
      return maps;
    });
    await late;
    expect([controller.problem, controller.looked?.image.settings.seed]).toEqual(['', 7]);
    await controller.look(image(9), null, () => Promise.reject(new DOMException('gone', 'AbortError')));
    expect(controller.problem).toBe(''); // the studio says it
    controller.clear();
    expect(controller.looked).toBeNull();
  });

  it('is of a picture that is drawn again with the same settings, but for one from noise of its own', () => {
    expect(isOf({ image: image(7), maps }, image(7))).toBe(true);
    expect(isOf({ image: image(7), maps }, image(8))).toBe(false);
    expect(isOf({ image: image(7), maps }, null)).toBe(false);
    expect(isOf({ image: image(null), maps }, image(null))).toBe(false);
    const own = image(null);
    expect(isOf({ image: own, maps }, own)).toBe(true);
  });
});
