import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { readPictureSettings, withPictureSettings } from '../../src/generator/picture-settings.ts';
import type { Settings } from '../../src/generator/types.ts';
import { chunkBytes } from '../../src/png/chunks.ts';
import { readPngText, withPngText } from '../../src/png/text.ts';
import { encode, tampered } from './json.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

export const SETTINGS: Settings = {
  subject: 'cat face',
  style: 'noto',
  seed: 7,
  variation: { seed: 11, amount: 0.35 },
  steps: 20,
  budget: 8,
  guidance: { kind: 'cfg', scale: 2.5, budget: 1, interval: [0, 1] },
  solver: 'euler',
};
export const PICTURE = encodePng({ width: 3, height: 2, channels: 4, data: new Uint8Array(24).fill(200) });

const document = fc.constant({ version: 1, model: 'emoji-128', settings: SETTINGS });
const carrying = tampered(document).map((json) => withPngText(PICTURE, 'elit-web', ascii(JSON.stringify(json))));
/** Chunks in any order, with lengths and checksums that fit. */
const shuffled = fc
  .array(fc.tuple(fc.constantFrom('tEXt', 'zTXt', 'IHDR', 'IDAT', 'IEND', 'abCd'), fc.uint8Array({ maxLength: 40 })))
  .map((chunks) => joined(PICTURE.subarray(0, 33), ...chunks.map(([type, bytes]) => chunkBytes(type, bytes))));
/** Text chunks whose content is anything, checksummed so that it is read. */
const written = fc.string({ unit: 'binary-ascii', maxLength: 200 }).map((json) => {
  const chunk = chunkBytes('tEXt', encode(`elit-web\0${json}`));
  return joined(PICTURE.subarray(0, 33), chunk, chunkBytes('IEND', new Uint8Array()));
});

export const pngTarget: Target = {
  name: 'PNG',
  files: mutated(
    fc.oneof(
      fc.constant(withPictureSettings(PICTURE, { model: 'emoji-128', settings: SETTINGS })),
      carrying,
      carrying,
      shuffled,
      written,
    ),
  ),
  codes: ['picture-invalid'],
  share: 0.4,
  read: (file, passed) => {
    readPngText(file);
    passed();
    readPictureSettings(file);
  },
};

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function ascii(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
