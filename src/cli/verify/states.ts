import type { Gpu } from '../../gpu/gpu.ts';
import { NO_STAGE, Program, StageTable } from '../../gpu/program.ts';
import { patchify } from '../../kernels/patchify/patchify.ts';
import type { NetworkConfig } from '../../model/config.ts';
import type { Tokens } from '../../model/layers.ts';
import type { Network, VelocityProgram } from '../../model/network.ts';
import { groupedPlaces } from '../../model/places.ts';
import { patchWidth } from '../../model/workspace.ts';

/** A batch of network inputs. */
export interface Inputs {
  /** [B, C, p·g, p·g] */
  readonly x: Float32Array<ArrayBuffer>;
  /** [B] */
  readonly t: Float32Array;
  /** [B] */
  readonly y: Float32Array;
}

/**
 * Every tapped state of one forward at budget k, in the order of the recorded values: tokens and latents on the
 * raster (of the kept places), the velocity as an image. Each image has its own time, and a batch shares one, so
 * the whole batch runs once for each image and gives that image's rows.
 */
export async function forwardStates(
  gpu: Gpu,
  network: Network,
  inputs: Inputs,
  kept: number,
): Promise<Map<string, Float32Array>> {
  const { config } = network;
  const images = inputs.t.length;
  const vectors = Array.from(inputs.y, (label) => network.label(label));
  await network.condition(Array.from(inputs.t), vectors);
  const velocity = await network.velocity([{ firstImage: 0, images, kept }]);
  const input = await feed(gpu, config, inputs, velocity);
  const table = new StageTable(
    gpu,
    vectors.map((_, image) => ({ ...NO_STAGE, row: image * images })),
  );
  const states = new Map<string, Float32Array[]>();
  const keep = (name: string, values: Float32Array) => states.set(name, [...(states.get(name) ?? []), values]);

  for (let image = 0; image < images; image++) {
    let done = 0;
    run(gpu, table, image, input.program, 0, 1);
    for (const tap of velocity.taps) {
      run(gpu, table, image, velocity.program, done, tap.after + 1);
      done = tap.after + 1;
      const buffer = await gpu.read(tap.tokens.buffer, tap.tokens.buffer.size);
      keep(tap.name, onRaster(tap.name, config, kept, imageRows(tap.tokens, buffer, image, config.hidden)));
    }
    run(gpu, table, image, velocity.program, done, velocity.program.dispatches.length);
    const output = await gpu.read(velocity.output, velocity.output.size);
    keep('velocity', unpatchify(output, image, config));
    const conditioning = await gpu.read(network.conditioningVectors, 4 * images * images * config.hidden);
    const line = image * images + image;
    keep('conditioning', conditioning.slice(line * config.hidden, (line + 1) * config.hidden));
  }
  table.dispose();
  input.program.dispose();
  gpu.destroyBuffer(input.buffer);
  return new Map([...states].map(([name, parts]) => [name, concatenate(parts)]));
}

async function feed(gpu: Gpu, config: NetworkConfig, inputs: Inputs, velocity: VelocityProgram) {
  const buffer = gpu.upload('recorded input', inputs.x);
  const images = inputs.t.length;
  const dispatch = patchify({
    label: 'patchify',
    part: 'embed',
    image: buffer,
    patches: velocity.patches,
    images,
    states: images,
    channels: config.inChannels,
    patch: config.patch,
    grid: config.grid,
    columns: patchWidth(config),
  });
  return { buffer, program: await Program.build(gpu, 'patchify', [dispatch]) };
}

function run(gpu: Gpu, table: StageTable, stage: number, program: Program, from: number, to: number): void {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  table.select(pass, stage);
  program.encode(pass, from, to);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}

/** The rows of one image out of a whole buffer [rows, D]. */
function imageRows({ rows, perImage }: Tokens, buffer: Float32Array, image: number, D: number): Float32Array {
  const values = new Float32Array(perImage * D);
  for (let i = 0; i < perImage; i++) {
    const row = image * perImage + i;
    const at = rows.base + Math.floor(row / rows.inner) * rows.outer + (row % rows.inner) * rows.step;
    values.set(buffer.subarray(at * D, (at + 1) * D), i * D);
  }
  return values;
}

/** States that live in groups, put back on the raster; the others are there already. */
function onRaster(name: string, config: NetworkConfig, kept: number, values: Float32Array): Float32Array {
  const window = config.latentInterface?.window ?? 1;
  if (name !== 'read_out' && name !== 'core_in' && !name.startsWith('core_out')) return values;
  const n = window * window;
  const latentsKept = name === 'read_out' ? n : kept;
  const places = groupedPlaces(config.grid, window).filter((_, row) => row % n < latentsKept);
  const order = places.map((place, row) => ({ place, row })).sort((a, b) => a.place - b.place);
  const D = config.hidden;
  const sorted = new Float32Array(values.length);
  order.forEach(({ row }, to) => {
    sorted.set(values.subarray(row * D, (row + 1) * D), to * D);
  });
  return sorted;
}

/** Rows [T, p·p·C padded] of one image -> [C, p·g, p·g]; element (a, b, channel) of a patch row. */
function unpatchify(output: Float32Array, image: number, config: NetworkConfig): Float32Array {
  const { grid, patch, inChannels } = config;
  const columns = patchWidth(config);
  const side = grid * patch;
  const values = new Float32Array(inChannels * side * side);
  for (let channel = 0; channel < inChannels; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const token = (image * grid + Math.floor(y / patch)) * grid + Math.floor(x / patch);
        const element = ((y % patch) * patch + (x % patch)) * inChannels + channel;
        values[(channel * side + y) * side + x] = output[token * columns + element] ?? Number.NaN;
      }
    }
  }
  return values;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
