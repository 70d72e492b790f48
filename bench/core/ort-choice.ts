import type { Precision } from '../../src/runtime-onnx/network/onnx/graph-builder.ts';
import { OrtDevice } from './ort-device.ts';
import type { OrtInputs } from './ort-inputs.ts';
import { formName, type OrtForm, OrtWebgpu } from './ort-webgpu.ts';
import { type Engine, type Problem, relativeError } from './problem.ts';
import type { OrtFormFigures } from './report.ts';

/** Either precision through some sixty layers stays below, ours on its float16 tiers, too; a wrong kernel is far above. */
const LARGEST_ERROR = { F32: 1e-3, F16: 1e-2 } as const;
const TRIES = 2;

/** What is chosen once, on the static graph. */
type Style = Pick<OrtForm, 'attention' | 'subgroups' | 'precision'>;

/** The fastest form so far that is right, open. */
interface Champion {
  readonly session: OrtWebgpu;
  readonly ms: number;
}

/** What was found at one budget. */
export interface Chosen {
  /** To be disposed of by whoever asked; null where no form is right. */
  readonly session: OrtWebgpu | null;
  readonly tried: readonly OrtFormFigures[];
}

/** Finds onnxruntime's fastest right form: its bar for us. */
export class OrtChoice {
  readonly #problem: Problem;
  readonly #inputs: OrtInputs;
  readonly #devices: ReadonlyMap<boolean, OrtDevice>;
  readonly #precisions: readonly Precision[];
  /** What the first budget found best of attention, device and precision. */
  #style: Style | undefined;

  private constructor(
    problem: Problem,
    inputs: OrtInputs,
    devices: ReadonlyMap<boolean, OrtDevice>,
    precisions: readonly Precision[],
  ) {
    this.#precisions = precisions;
    this.#problem = problem;
    this.#inputs = inputs;
    this.#devices = devices;
  }

  /** @param halves whether our side computes products in float16: theirs may then be float16, too */
  static async open(problem: Problem, inputs: OrtInputs, halves: boolean): Promise<OrtChoice> {
    const all = await OrtDevice.open([]);
    const devices = new Map([[all.device.features.has('subgroups'), all]]);
    if (!devices.has(false)) devices.set(false, await OrtDevice.open(['subgroups']));
    return new OrtChoice(problem, inputs, devices, halves ? ['F32', 'F16'] : ['F32']);
  }

  /**
   * Tries forms at a budget. The first call tries attention, device and precision on the static graph; every call then tries the
   * best of those with graph capture and with the dynamic graph.
   * @param expected the right velocity
   */
  async best(kept: number, expected: Float32Array): Promise<Chosen> {
    const tried: OrtFormFigures[] = [];
    let champion: Champion | null = null;
    const attempt = async (form: OrtForm): Promise<Champion | null> => {
      const { figures, session } = await this.#try(form, kept, expected);
      tried.push(figures);
      if (session === null || figures.ms === null) return champion;
      const loser: OrtWebgpu | undefined = champion && champion.ms <= figures.ms ? session : champion?.session;
      await loser?.dispose();
      return loser === session ? champion : { session, ms: figures.ms };
    };
    for (const style of this.#style ? [this.#style] : this.#styles()) {
      champion = await attempt({ ...style, graph: 'static', capture: false });
    }
    if (champion !== null) {
      const { attention, subgroups, precision } = champion.session.form;
      this.#style = { attention, subgroups, precision };
      champion = await attempt({ ...this.#style, graph: 'static', capture: true });
      champion = await attempt({ ...this.#style, graph: 'dynamic', capture: false });
    }
    return { session: champion?.session ?? null, tried };
  }

  dispose(): void {
    for (const device of this.#devices.values()) device.dispose();
  }

  #styles(): Style[] {
    return [...this.#devices.keys()].flatMap((subgroups) =>
      this.#precisions.flatMap((precision) => [
        { attention: 'fused' as const, subgroups, precision },
        { attention: 'plain' as const, subgroups, precision },
      ]),
    );
  }

  /** Opens and times a form; its session stays open only where its values are right. */
  async #try(
    form: OrtForm,
    kept: number,
    expected: Float32Array,
  ): Promise<{ figures: OrtFormFigures; session: OrtWebgpu | null }> {
    const name = formName(form);
    let session: OrtWebgpu | null = null;
    try {
      const device = this.#devices.get(form.subgroups)!;
      session = await OrtWebgpu.open(device, this.#problem, this.#inputs, { form, kept });
      const forward = session.forward(kept);
      const ms = await fastestOf(forward);
      const error = relativeError(await forward.velocity(), expected);
      if (error <= LARGEST_ERROR[form.precision])
        return { figures: { form: name, ms, error, excluded: null }, session };
      await session.dispose();
      return { figures: { form: name, ms, error, excluded: 'its values are wrong' }, session: null };
    } catch (thrown) {
      await session?.dispose();
      const excluded = thrown instanceof Error ? thrown.message : String(thrown);
      return { figures: { form: name, ms: null, error: null, excluded }, session: null };
    }
  }
}

/** Of a few forwards after two that compile, capture and warm up. */
async function fastestOf(forward: Engine): Promise<number> {
  await forward.chain(2);
  const times: number[] = [];
  while (times.length < TRIES) times.push(await forward.chain(1));
  return Math.min(...times);
}
