import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Dispatch, type Family, NO_STAGE, Program, StageTable } from '../gpu/program.ts';
import { type Clock, openClock } from '../gpu/timing.ts';
import { TOLERANCE } from './check/check.ts';
import type { Variants } from './variants.ts';

/** A pass is made about this long, so that coarse clocks measure something, ms. */
const PASS_MS = 3;
const MAX_REPEATS = 100;
/** A member has to be faster than the default by this factor to take its place: less is noise. */
const GAIN = 0.95;
/** One that is slower than the best by this factor at its first run is not run again. */
const HOPELESS = 2;

/** The next thing to measure: one member of one shape's family. */
export interface Candidate {
  readonly shape: string;
  readonly variant: string;
}

type TunedDispatch = Dispatch & { readonly family: Family };

interface Shape {
  /** Results of the default on the tuning data; what the other members compute is held to them. */
  standard: Float32Array | null;
  /** Milliseconds of a launch by variant; Infinity for one that is wrong or does not compile. */
  readonly ms: Map<string, number>;
}

/**
 * Finds the fastest member of each family on this device, for the shapes of launches that were really recorded and on
 * the data that is in their buffers. Results go to a buffer of the tuner's own. Keeps the best so far.
 */
export class Tuner {
  readonly #gpu: Gpu;
  readonly #shapes = new Map<string, Shape>();
  #variants: Variants;

  /** @param variants what is known already: its shapes are not measured again */
  constructor(gpu: Gpu, variants: Variants) {
    this.#gpu = gpu;
    this.#variants = variants;
  }

  /** The best so far. */
  get variants(): Variants {
    return this.#variants;
  }

  /** Forgets everything it has measured. */
  reset(): void {
    this.#shapes.clear();
    this.#variants = { ...this.#variants, chosen: {} };
  }

  /** What to measure next, the shapes with the most arithmetic first; null when every shape of the launches is tuned. */
  next(dispatches: readonly Dispatch[]): Candidate | null {
    const flops = new Map<string, number>();
    const open = dispatches.filter(isTuned).filter(({ family }) => this.#unmeasured(family) !== undefined);
    for (const dispatch of open) {
      const { shape } = dispatch.family;
      flops.set(shape, (flops.get(shape) ?? 0) + dispatch.flops);
    }
    const [largest] = [...flops].toSorted(([, a], [, b]) => b - a);
    const dispatch = open.find(({ family }) => family.shape === largest?.[0]);
    if (dispatch === undefined) return null;
    return { shape: dispatch.family.shape, variant: this.#unmeasured(dispatch.family) as string };
  }

  /** Compiles a candidate, which takes the CPU but not the GPU. One that does not compile is out. */
  async compile({ shape, variant }: Candidate, dispatches: readonly Dispatch[]): Promise<void> {
    const dispatch = find(dispatches, shape);
    if (dispatch === undefined) return;
    try {
      await this.#gpu.pipelines.compile(dispatch.family.by(variant).kernel);
    } catch (thrown) {
      if (!(thrown instanceof ElitError) || thrown.code !== 'gpu-shader') throw thrown;
      this.#settle(dispatch.family, variant, Number.POSITIVE_INFINITY);
    }
  }

  /**
   * Runs a candidate that is compiled, on the launches' own operands. What was measured after `signal` was aborted is
   * forgotten. Nothing else may use the operands meanwhile.
   * @throws ElitError gpu-device-lost | gpu-limits
   */
  async measure({ shape, variant }: Candidate, dispatches: readonly Dispatch[], signal: AbortSignal): Promise<void> {
    const dispatch = find(dispatches, shape);
    if (dispatch === undefined || signal.aborted || this.#shape(shape).ms.has(variant)) return;
    const written = dispatch.buffers[dispatch.kernel.bindings.indexOf('write')] as GPUBuffer;
    const output = this.#gpu.createStorage('tuning result', written.size);
    const clock = openClock(this.#gpu);
    const table = new StageTable(this.#gpu, [NO_STAGE]);
    const program = await Program.build(this.#gpu, 'tuning', [redirected(dispatch.family.by(variant), output)]);
    try {
      const best = Math.min(...this.#shape(shape).ms.values());
      const ms = await time(clock, program, table, best, signal);
      const results = await this.#gpu.read(output, written.size);
      if (signal.aborted) return;
      if (variant === dispatch.family.standard) this.#shape(shape).standard = results;
      this.#settle(dispatch.family, variant, this.#isRight(shape, results) ? ms : Number.POSITIVE_INFINITY);
    } finally {
      program.dispose();
      table.dispose();
      clock.dispose();
      this.#gpu.destroyBuffer(output);
    }
  }

  /** The default first: the others are held to it. */
  #unmeasured({ shape, standard, variants }: Family): string | undefined {
    if (!this.#shapes.has(shape) && shape in this.#variants.chosen) return undefined; // known from before
    const { ms } = this.#shape(shape);
    return [standard, ...variants].find((variant) => !ms.has(variant));
  }

  #settle({ shape, standard, variants }: Family, variant: string, ms: number): void {
    const known = this.#shape(shape);
    known.ms.set(variant, ms);
    const [[best, least]] = [...known.ms].toSorted(([, a], [, b]) => a - b) as [[string, number]];
    const isFaster = least < GAIN * (known.ms.get(standard) ?? Number.POSITIVE_INFINITY);
    this.#variants = {
      ...this.#variants,
      chosen: { ...this.#variants.chosen, [shape]: isFaster ? best : standard },
    };
    if (known.ms.size === variants.length) known.standard = null; // nothing left to hold to it
  }

  #isRight(shape: string, results: Float32Array): boolean {
    const { standard } = this.#shape(shape);
    if (standard === null) return false;
    const largest = standard.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bound = TOLERANCE[this.#variants.tier] * largest;
    return results.every((value, i) => Math.abs(value - (standard[i] ?? Number.NaN)) <= bound);
  }

  #shape(name: string): Shape {
    const known = this.#shapes.get(name) ?? { standard: null, ms: new Map() };
    this.#shapes.set(name, known);
    return known;
  }
}

const isTuned = (dispatch: Dispatch): dispatch is TunedDispatch => (dispatch.family?.variants.length ?? 0) > 1;

function find(dispatches: readonly Dispatch[], shape: string): TunedDispatch | undefined {
  return dispatches.filter(isTuned).find(({ family }) => family.shape === shape);
}

function redirected(dispatch: Dispatch, output: GPUBuffer): Dispatch {
  const { bindings } = dispatch.kernel;
  return { ...dispatch, buffers: dispatch.buffers.map((buffer, i) => (bindings[i] === 'write' ? output : buffer)) };
}

/** Milliseconds of one launch: the best of three passes, after one that warms up and says how long to make them. */
async function time(
  clock: Clock,
  program: Program,
  table: StageTable,
  best: number,
  signal: AbortSignal,
): Promise<number> {
  const pass = (repeats: number) =>
    clock.measure((encoder) => {
      table.select(encoder, 0);
      for (let i = 0; i < repeats; i++) program.encode(encoder);
    });
  let least = await pass(1);
  if (least > HOPELESS * best) return least;
  const repeats = Math.max(1, Math.min(MAX_REPEATS, Math.ceil(PASS_MS / Math.max(least, 1e-3))));
  for (let i = 0; i < 3 && !signal.aborted; i++) least = Math.min(least, (await pass(repeats)) / repeats);
  return least;
}
