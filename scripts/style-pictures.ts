/**
 * npm run style-pictures -- [--model FOLDER] [--subject NAME] [--seed N] [--steps N] [--backend wasm]: has a model draw one subject in each of its
 * styles and lays the pictures side by side, in the order of model.json, as the styles.png that its “style_pictures”
 * names from then on. The page shows them on the buttons for styles.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Arguments } from '../src/cli/arguments.ts';
import { FileSource } from '../src/cli/file-source.ts';
import { nodeGpu } from '../src/cli/node-gpu.ts';
import { decoderHere } from '../src/generator/decoder-here.ts';
import { Engine } from '../src/generator/engine.ts';
import { openGpuDevice } from '../src/generator/gpu-device.ts';
import { BACKENDS, type Pixels } from '../src/generator/types.ts';
import { openWasmDevice } from '../src/generator/wasm-device.ts';
import { Gpu } from '../src/gpu/gpu.ts';
import { encodePng } from '../src/png/encode.ts';
import { resize } from '../src/ui/sharing/resize.ts';

const FILE = 'styles.png';
/** Pixels: 30 of CSS on a dense screen. */
const SIDE = 48;
/** Values of a channel: nobody sees finer ones at this size, and they cost half of the file. */
const LEVELS = 32;

const OPTIONS = {
  model: { value: 'FOLDER', help: 'where model.json is' },
  subject: { value: 'NAME', help: 'what to draw' },
  seed: { value: 'N', help: 'whose noise to start from' },
  steps: { value: 'N', help: 'the model’s default where it is not given' },
  backend: { value: 'NAME', help: 'webgpu, or wasm where the GPU is software' },
};

export async function main(args: string[]): Promise<number> {
  const asked = new Arguments(args, OPTIONS);
  const folder = asked.text('model') ?? 'public/models/emoji-128';
  const isWasm = asked.oneOf('backend', BACKENDS) === 'wasm';
  const engine = await Engine.load(new FileSource(folder), {
    openDecoder: decoderHere(),
    openDevice: isWasm ? openWasmDevice : () => openGpuDevice(() => Gpu.open({ gpu: nodeGpu() })),
  });
  try {
    const [subject, seed] = [asked.text('subject') ?? 'grinning face', asked.number('seed') ?? 7];
    const settings = { subject, seed, steps: asked.number('steps') };
    const pictures: Pixels[] = [];
    for (const style of engine.info.styles) {
      pictures.push(small(await engine.generate({ ...settings, style })));
      process.stdout.write(`Drew ${subject}, ${style}.\n`);
    }
    const png = await encodePng(sideBySide(pictures));
    await writeFile(join(folder, FILE), png);
    await nameIn(join(folder, 'model.json'));
    process.stdout.write(`Wrote ${FILE} of ${pictures.length} styles, ${png.length} bytes.\n`);
  } finally {
    await engine.dispose();
  }
  return 0;
}

/** Adds the entry where it is missing, written as `elit_train` writes. */
async function nameIn(path: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  if (manifest.style_pictures === FILE) return;
  await writeFile(path, `${JSON.stringify({ ...manifest, style_pictures: FILE }, null, 1)}\n`);
}

/** By halves, the last of which is whole, so that no pixel is passed over. */
function small(picture: Pixels): Pixels {
  let smaller = picture;
  while (smaller.width >= 4 * SIDE) smaller = resize(smaller, smaller.width / 2);
  return resize(resize(smaller, 2 * SIDE), SIDE);
}

function sideBySide(pictures: readonly Pixels[]): Pixels {
  const width = SIDE * pictures.length;
  const data = new Uint8ClampedArray(4 * width * SIDE);
  for (const [i, picture] of pictures.entries()) {
    for (let y = 0; y < SIDE; y++) {
      const row = picture.data.subarray(4 * y * SIDE, 4 * (y + 1) * SIDE);
      data.set(row, 4 * (y * width + i * SIDE));
    }
  }
  return { width, height: SIDE, data: data.map(coarse) };
}

function coarse(value: number): number {
  return Math.round((value * (LEVELS - 1)) / 255) * (255 / (LEVELS - 1));
}
