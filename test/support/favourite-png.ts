import { encode } from 'fast-png';
import { withPictureSettings } from '../../src/generator/picture-settings.ts';
import type { Settings } from '../../src/generator/types.ts';

/** A picture of 2 × 1 pixels that a model, the fake engine's by default, could have drawn with these settings. */
export function favouritePng(settings: Partial<Settings> = {}, model = 'fake'): Uint8Array<ArrayBuffer> {
  const png = encode({ width: 2, height: 1, channels: 4, data: new Uint8Array(8).fill(200) });
  return withPictureSettings(png, {
    model,
    hash: '0123456789abcdef',
    settings: {
      ...{ subject: 'pizza', style: 'twemoji', seed: 99, steps: 3, budget: 5, solver: 'euler' },
      guidance: { kind: 'cfg', scale: 1.5, budget: 1, interval: [0, 1] },
      ...settings,
    },
  });
}
