import type { Gpu } from './gpu.ts';
import type { Program, StageTable } from './program.ts';

/** Time of the launches of one part or kernel of a forward. */
export interface TimedPart {
  readonly name: string;
  /** Milliseconds of one run through them: GPU timestamps where the device has them, else the clock around the queue. */
  readonly ms: number;
  readonly flops: number;
  readonly dispatches: number;
}

/**
 * Timed mode: each part's launches in a pass of their own, repeated so that coarse timestamps (which exist only at
 * the edges of a pass) measure something. The results of the launches are those of the last repetition; sampling
 * runs never use this, they keep one pass.
 */
export async function timeProgram(
  gpu: Gpu,
  program: Program,
  table: StageTable,
  { stage = 0, by, repeats = 10 }: { stage?: number; by: 'part' | 'kernel'; repeats?: number },
): Promise<TimedPart[]> {
  const parts = new Map<string, { ms: number; flops: number; dispatches: number }>();
  const clock = openClock(gpu);
  for (const span of spans(program, by)) {
    const ms = await clock.measure((pass) => {
      table.select(pass, stage);
      for (let i = 0; i < repeats; i++) program.encode(pass, span.from, span.to);
    });
    const part = parts.get(span.name) ?? { ms: 0, flops: 0, dispatches: 0 };
    part.ms += ms / repeats;
    part.flops += span.flops;
    part.dispatches += span.to - span.from;
    parts.set(span.name, part);
  }
  clock.dispose();
  return [...parts].map(([name, part]) => ({ name, ...part }));
}

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly flops: number;
}

/** Neighbouring launches of one part or kernel. */
function spans(program: Program, by: 'part' | 'kernel'): Span[] {
  const found: Span[] = [];
  program.dispatches.forEach((dispatch, index) => {
    const name = by === 'part' ? dispatch.part : dispatch.kernel.name;
    const last = found.at(-1);
    if (last?.name === name) found[found.length - 1] = { ...last, to: index + 1, flops: last.flops + dispatch.flops };
    else found.push({ name, from: index, to: index + 1, flops: dispatch.flops });
  });
  return found;
}

export interface Clock {
  /** Milliseconds of one pass. */
  measure(encode: (pass: GPUComputePassEncoder) => void): Promise<number>;
  dispose(): void;
}

/** GPU timestamps where the device has them, else the clock around the queue. */
export function openClock(gpu: Gpu): Clock {
  return gpu.device.features.has('timestamp-query') ? new TimestampClock(gpu) : new QueueClock(gpu);
}

class TimestampClock implements Clock {
  readonly #gpu: Gpu;
  readonly #querySet: GPUQuerySet;
  readonly #resolved: GPUBuffer;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#querySet = gpu.device.createQuerySet({ label: 'timing', type: 'timestamp', count: 2 });
    gpu.ledger.add(this.#querySet, 'query set', 'timing');
    this.#resolved = gpu.createBuffer('timestamps', 16, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
  }

  async measure(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'timed' });
    const pass = encoder.beginComputePass({
      label: 'timed',
      timestampWrites: { querySet: this.#querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    encode(pass);
    pass.end();
    encoder.resolveQuerySet(this.#querySet, 0, 2, this.#resolved, 0);
    this.#gpu.device.queue.submit([encoder.finish()]);
    const words = new BigUint64Array((await this.#gpu.read(this.#resolved, 16)).buffer);
    return Number((words[1] ?? 0n) - (words[0] ?? 0n)) / 1e6;
  }

  dispose(): void {
    this.#querySet.destroy();
    this.#gpu.ledger.remove(this.#querySet);
    this.#gpu.destroyBuffer(this.#resolved);
  }
}

/** From submitting a pass to the end of it, by the clock on the wall. */
export class QueueClock implements Clock {
  readonly #gpu: Gpu;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  async measure(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'timed' });
    const pass = encoder.beginComputePass({ label: 'timed' });
    encode(pass);
    pass.end();
    const commands = encoder.finish();
    await this.#gpu.device.queue.onSubmittedWorkDone();
    const before = performance.now();
    this.#gpu.device.queue.submit([commands]);
    await this.#gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - before;
  }

  dispose(): void {
    // nothing held
  }
}

/** What one run of a program took by the clock on the wall, and each of its launches by the GPU's timestamps. */
export interface TimedLaunches {
  readonly wallMs: number;
  readonly launchMs: readonly number[];
}

/**
 * One run of a program, submitted as a whole with every launch in a pass of its own: what the wall's clock shows
 * above the sum of the launches is overhead (the passes' own is in it as well).
 * @param repeats runs of each launch in its pass, for clocks too coarse for one; `launchMs` is of one
 * @returns null on a device without timestamps
 */
export async function timeLaunches(
  gpu: Gpu,
  program: Program,
  table: StageTable,
  stage = 0,
  repeats = 1,
): Promise<TimedLaunches | null> {
  const { device, ledger } = gpu;
  if (!device.features.has('timestamp-query')) return null;
  const count = program.dispatches.length;
  const bytes = 16 * count;
  const querySet = device.createQuerySet({ label: 'launches', type: 'timestamp', count: 2 * count });
  ledger.add(querySet, 'query set', 'launches');
  const resolved = gpu.createBuffer('timestamps', bytes, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
  try {
    const from = performance.now();
    const encoder = device.createCommandEncoder({ label: 'launches' });
    for (let index = 0; index < count; index++) {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 };
      const pass = encoder.beginComputePass({ label: 'launch', timestampWrites });
      table.select(pass, stage);
      for (let i = 0; i < repeats; i++) program.encode(pass, index, index + 1);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    const wallMs = performance.now() - from;
    const stamps = new BigUint64Array((await gpu.read(resolved, bytes)).buffer);
    const launchMs = Array.from({ length: count }, (_, i) => {
      return Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6 / repeats;
    });
    return { wallMs, launchMs };
  } finally {
    querySet.destroy();
    ledger.remove(querySet);
    gpu.destroyBuffer(resolved);
  }
}
