import { Generator } from '../../src/generator/generator.ts';
import type { LoadPhase, LoadProgress, ModelInfo } from '../../src/generator/types.ts';
import { byBudget } from './by-budget.ts';
import type { BenchPlan, OnProgress } from './plan.ts';
import type { BenchReport, ImageSettings, LoadFigures } from './report.ts';

/** Few steps, to extrapolate from. */
const FEW_STEPS = [1, 3] as const;
const SEED = 7;

/** Loads the model as a page does and draws with it at every budget. */
export async function drawImages(
  { model, quick }: BenchPlan,
  budgets: readonly number[],
  onProgress: OnProgress,
): Promise<Pick<BenchReport, 'imageMs' | 'imageSettings' | 'load'>> {
  onProgress('Loading the model', 0);
  const bench = await ImageBench.open(model);
  try {
    const times: number[] = [];
    for (const [index, kept] of budgets.entries()) {
      onProgress(`Drawing at budget ${kept}`, 0.05 + (0.2 * index) / budgets.length);
      times.push(quick ? await bench.extrapolated(kept) : await bench.whole(kept));
    }
    return {
      imageMs: byBudget(budgets, (_, index) => times[index]!),
      imageSettings: bench.settings(quick),
      load: bench.load,
    };
  } finally {
    bench.dispose();
  }
}

/** The generator with the time of its load. */
class ImageBench {
  readonly info: ModelInfo;
  readonly load: LoadFigures;
  readonly #generator: Generator;

  private constructor(generator: Generator, load: LoadFigures) {
    this.#generator = generator;
    this.info = generator.info;
    this.load = load;
  }

  static async open(model: string): Promise<ImageBench> {
    const phases = new Phases();
    const from = performance.now();
    const generator = await Generator.load(model, {
      backend: 'webgpu',
      onProgress: (progress) => phases.report(progress),
    });
    return new ImageBench(generator, {
      totalMs: performance.now() - from,
      phaseMs: phases.ms,
      phaseBytes: phases.bytes,
    });
  }

  /** Milliseconds of a whole image at a budget. */
  async whole(budget: number): Promise<number> {
    await this.#draw(budget, FEW_STEPS[0]); // records the programs of this budget
    return this.#draw(budget, this.info.defaults.steps);
  }

  /** The same from images of a few steps: a step costs what the last ones cost. */
  async extrapolated(budget: number): Promise<number> {
    await this.#draw(budget, FEW_STEPS[0]); // records the programs of this budget
    const [few, more] = [await this.#draw(budget, FEW_STEPS[0]), await this.#draw(budget, FEW_STEPS[1])];
    const step = (more - few) / (FEW_STEPS[1] - FEW_STEPS[0]);
    return few + step * (this.info.defaults.steps - FEW_STEPS[0]);
  }

  settings(extrapolated: boolean): ImageSettings {
    const { steps, guidance } = this.info.defaults;
    return { steps, guidance: guidance.scale, stepsDrawn: extrapolated ? FEW_STEPS : [steps], extrapolated };
  }

  dispose(): void {
    this.#generator.dispose();
  }

  async #draw(budget: number, steps: number): Promise<number> {
    return (await this.#generator.generate({ budget, steps, seed: SEED })).timing.total;
  }
}

/** Milliseconds from a phase's first report to its last; phases overlap. */
class Phases {
  readonly ms: Partial<Record<LoadPhase, number>> = {};
  readonly bytes: Partial<Record<LoadPhase, number>> = {};
  readonly #began = new Map<LoadPhase, number>();

  report({ phase, done, total }: LoadProgress): void {
    if (total > 1) this.bytes[phase] = done;
    const began = this.#began.get(phase) ?? performance.now();
    this.#began.set(phase, began);
    this.ms[phase] = performance.now() - began;
  }
}
