import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodePng } from './encode.ts';

describe('encodePng', () => {
  it('keeps every byte, also of colours under no alpha, as another reader reads it', async () => {
    const data = Uint8ClampedArray.from({ length: 5 * 3 * 4 }, (_, i) => (71 * i) % 256);
    data.set([200, 100, 50, 0, 1, 2, 3, 1]);
    const png = decode(await encodePng({ width: 5, height: 3, data }), { checkCrc: true });
    expect(png).toMatchObject({ width: 5, height: 3, depth: 8, channels: 4 });
    expect(Array.from(png.data)).toEqual(Array.from(data));
  });

  it('refuses data of another size', async () => {
    await expect(encodePng({ width: 2, height: 2, data: new Uint8ClampedArray(12) })).rejects.toThrow(RangeError);
  });
});
