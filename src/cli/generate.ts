import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'fast-png';
import { ElitError } from '../errors.ts';
import { decoderHere } from '../generator/decoder-here.ts';
import { Engine } from '../generator/engine.ts';
import { openGpuDevice } from '../generator/gpu-device.ts';
import { readManifest } from '../generator/model-files.ts';
import { resolveSettings } from '../generator/settings.ts';
import { imageEncoderHere } from '../generator/start-picture/image-encoder-here.ts';
import { textEncoderHere } from '../generator/text-encoder-here.ts';
import { BACKENDS, type GeneratedImage, type GenerateRequest, type Pixels, type Settings } from '../generator/types.ts';
import { openWasmDevice } from '../generator/wasm-device.ts';
import { Gpu } from '../gpu/gpu.ts';
import { GUIDANCE_KINDS } from '../sampling/guidance.ts';
import { SOLVERS } from '../sampling/solvers.ts';
import { Arguments, describeOptions, UsageError } from './arguments.ts';
import { FileSource } from './file-source.ts';
import { nodeGpu } from './node-gpu.ts';
import { readPng } from './read-png.ts';
import { contactSheet, spriteSheet } from './sheet.ts';
import { askedVariation, variationWords } from './variation.ts';

const FAILED = 1;
const MISUSED = 2;
const DEFAULT_MODEL = 'public/models/emoji-128';

const OPTIONS = {
  subject: { value: 'NAME', help: 'what to draw, such as "cat face" (any)' },
  prompt: { value: 'TEXT', help: 'what to draw in words, instead of a subject, where the model reads text' },
  style: { value: 'NAME', help: 'whose style, such as noto (any)' },
  budget: { value: 'K', help: 'latents kept a group: fewer are faster and coarser (the model’s default)' },
  seed: { value: 'N', help: '0 to 4294967295; the same seed is the same picture (at random)' },
  'variation-seed': { value: 'N', help: 'vary the picture towards this seed, by mixing the noise of both' },
  variation: { value: 'AMOUNT', help: 'how far: 0 is --seed, 1 is --variation-seed (0.5)' },
  steps: { value: 'N', help: '1 to 1000 (the model’s default)' },
  guidance: { value: 'SCALE', help: '1 is off (the model’s default)' },
  'guidance-kind': { value: 'KIND', help: `${GUIDANCE_KINDS.join(', ')} (cfg)` },
  'guidance-budget': { value: 'K', help: 'latents kept a group in the guiding call of ccfg and autoguidance (1)' },
  'guidance-interval': { value: 'LOW,HIGH', help: 'guide only between these times (0,1)' },
  solver: { value: 'NAME', help: `${SOLVERS.join(', ')} (the model’s default)` },
  image: { value: 'FILE', help: 'a PNG to begin with, where the model has an encoder' },
  strength: { value: 'S', help: 'with --image: above 0, which keeps it, to 1, which does without it (0.6)' },
  sheet: { help: 'draw every budget, 1 first, row by row on one sheet' },
  sprite: { help: 'the same without gaps, and transparent: for a page to cut pictures from' },
  out: { value: 'FILE', help: 'the PNG to write (image.png)' },
  backend: { value: 'NAME', help: `${BACKENDS.join(' or ')}: our kernels, or the processor (webgpu)` },
  model: { value: 'FOLDER', help: `where model.json is (${DEFAULT_MODEL})` },
  help: { help: 'show this' },
};

const HELP = `Draws a picture and writes it as a PNG with transparency.

  npm run generate -- --subject "cat face" --style noto --budget 8 --seed 7 --out cat.png

${describeOptions(OPTIONS)}
`;

/** The command line. Resolves to the exit code: 0, 1 when drawing fails, 2 when the request makes no sense. */
export async function main(args: string[]): Promise<number> {
  try {
    const asked = new Arguments(args, OPTIONS);
    if (asked.has('help')) process.stdout.write(HELP);
    else await draw(asked);
    return 0;
  } catch (thrown) {
    showProgress('');
    if (thrown instanceof UsageError) {
      process.stderr.write(`${thrown.message}\n`);
      return MISUSED;
    }
    const error = ElitError.from(thrown);
    process.stderr.write(`${error.message}\n${error.hint}\n`);
    return error.code === 'request-invalid' || error.code === 'name-unknown' ? MISUSED : FAILED;
  }
}

async function draw(asked: Arguments): Promise<void> {
  const out = asked.text('out') ?? 'image.png';
  await checkWritable(dirname(out));
  const source = new FileSource(asked.text('model') ?? DEFAULT_MODEL);
  const file = asked.text('image');
  const image = file === undefined ? undefined : await readPng(file);
  const settings = await checkedSettings(asked, source, image);
  const backend = asked.oneOf('backend', BACKENDS) ?? 'webgpu';
  const engine = await Engine.load(source, {
    openDecoder: decoderHere(),
    openTextEncoder: textEncoderHere(),
    openImageEncoder: imageEncoderHere(),
    openDevice: backend === 'wasm' ? openWasmDevice : () => openGpuDevice(() => Gpu.open({ gpu: nodeGpu() })),
    onProgress: ({ phase, done, total }) => showProgress(`loading: ${phase} ${Math.round((100 * done) / total)} %`),
  });
  try {
    showProgress('');
    process.stdout.write(`Drawing with ${engine.info.name} on ${engine.info.adapter}.\n`);
    const sheet = asked.has('sprite') ? spriteSheet : asked.has('sheet') && contactSheet;
    const budgets = sheet ? engine.info.flopShare.map((_, i) => i + 1) : [settings.budget];
    const pictures: GeneratedImage[] = [];
    for (const budget of budgets) pictures.push(await drawOne(engine, { ...settings, budget }, image));
    const picture = sheet ? sheet(pictures) : pictures[0];
    if (picture) await writePng(out, picture);
  } finally {
    await engine.dispose();
  }
}

/** Before minutes of drawing rather than after. */
async function checkWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch(() => {
    throw new UsageError(`Nothing can be written to the folder “${folder}”. Give another file by --out.`);
  });
}

/** Everything settled, and refused before anything large is loaded when it makes no sense. */
async function checkedSettings(asked: Arguments, source: FileSource, image: Pixels | undefined): Promise<Settings> {
  const manifest = await readManifest(source, new AbortController().signal);
  const request: GenerateRequest = {
    subject: asked.text('subject'),
    prompt: asked.text('prompt'),
    style: asked.text('style'),
    budget: asked.number('budget'),
    seed: asked.number('seed'),
    variation: askedVariation(asked),
    steps: asked.number('steps'),
    solver: asked.oneOf('solver', SOLVERS),
    image,
    strength: asked.number('strength'),
    guidance: {
      kind: asked.oneOf('guidance-kind', GUIDANCE_KINDS) ?? 'cfg',
      scale: asked.number('guidance') ?? manifest.defaults.guidance,
      budget: asked.number('guidance-budget'),
      interval: asked.pair('guidance-interval'),
    },
  };
  return resolveSettings(request, manifest);
}

async function drawOne(
  engine: Engine,
  { seed, ...settings }: Settings,
  start: Pixels | undefined,
): Promise<GeneratedImage> {
  const image = await engine.generate({
    ...settings,
    seed: seed ?? undefined,
    image: start,
    onStep: ({ step, steps }) => showProgress(`step ${step} of ${steps}`),
  });
  showProgress('');
  const { maxBudget, flopShare } = engine.info;
  const share = Math.round(100 * (flopShare[settings.budget - 1] ?? 1));
  const { sampling, decoding } = image.timing;
  process.stdout.write(
    `${settings.prompt ?? settings.subject}, ${settings.style}, seed ${seed}${variationWords(settings.variation)}, ${settings.steps} steps of ${settings.solver}, ` +
      (settings.strength === undefined ? '' : `from a picture at strength ${settings.strength}, `) +
      `${settings.guidance.kind} ${settings.guidance.scale}, budget ${settings.budget} of ${maxBudget} ` +
      `(${share} % of the FLOPs): sampled in ${Math.round(sampling)} ms, decoded in ${Math.round(decoding)} ms\n`,
  );
  return image;
}

async function writePng(file: string, { width, height, data }: Pixels): Promise<void> {
  await writeFile(file, encode({ width, height, data, channels: 4, depth: 8 }));
  process.stdout.write(`Wrote ${file}, ${width} × ${height}.\n`);
}

/** Rewrites one line of a terminal; a file or a pipe gets no progress. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
