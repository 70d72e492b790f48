import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import { type GuidanceKind, sameGuidance, wholeGuidance } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { section } from '../styles/section.styles.ts';
import '../budget-strip/budget-strip.ts';
import '../progress/progress.ts';
import type { DrawAside } from '../generation/aside.ts';
import { loadTradeOffPlot } from './load-trade-off-plot.ts';
import { kindName, kindOf, stripOf } from './series.ts';
import { AXES, type Axis, axisValue, type Strip, withValue } from './strip.ts';
import { StripController } from './strip-controller.ts';
import { styles } from './trade-off.styles.ts';
import type { PointChoice } from './trade-off-plot.ts';

const DRAW: Readonly<Record<Axis, string>> = {
  budget: 'Draw every budget',
  guidance: 'Draw several guidance scales',
  steps: 'Draw several step counts',
};

/**
 * What a setting buys: the same seed along the budget, the guidance scale or the steps, as a strip of pictures and as
 * a plot of quality against latency. Nothing is drawn before it is asked for.
 *
 * @fires {CustomEvent<Partial<Draft>>} draft-change - when a picture or a point is chosen
 */
@customElement('elit-trade-off')
export class TradeOff extends LitElement {
  static override styles = [base, controls, section, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  @property({ attribute: false }) draft: Draft | null = null;
  /** Draws beside the user's own pictures. */
  @property({ attribute: false }) drawAside: DrawAside | null = null;

  @state() private axis: Axis = 'budget';
  readonly #strips = new StripController(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('info');
    const isOther = before && (before.name !== this.info?.name || before.backend !== this.info?.backend);
    if (isOther) this.#strips.clear(); // neither pictures nor times can be compared
    if (changed.has('draft') && this.draft !== null) this.#strips.follow(this.draft);
  }

  override render() {
    const { axis, draft } = this;
    const strips = this.#strips.strips(axis);
    const drawing = strips.find(({ state }) => state === 'drawing') ?? null;
    const fitting = stripOf(strips, draft);
    const strip = fitting ?? strips[0] ?? null;
    const isOutdated = draft !== null && strip !== null && fitting === null;
    return html`
      <section aria-labelledby="heading">
        <div class="head">
          <h2 id="heading">What it buys</h2>
          <div>
            <label for="axis">Along</label>
            <select id="axis" class="field" @change=${this.#onAxis}>
              ${AXES.map((name) => html`<option value=${name} ?selected=${name === axis}>${name}</option>`)}
            </select>
          </div>
          ${
            drawing !== null
              ? nothing
              : html`<button class="button" type="button" ?disabled=${draft === null || this.info === null} @click=${this.#start}>
                  ${strip?.state === 'stopped' && !isOutdated ? 'Go on' : DRAW[axis]}
                </button>`
          }
        </div>
        <p class="hint" aria-live="polite">${this.#words(strips, isOutdated)}</p>
        ${drawing !== null && drawing === strips[0] ? this.#progress(drawing, 'Drawing the strip') : nothing}
        ${strip === null ? nothing : this.#results(strips, strip, isOutdated)}
        ${
          drawing !== null && drawing !== strips[0]
            ? this.#progress(drawing, `Drawing every budget: ${kindName(kindOf(drawing))}`)
            : nothing
        }
      </section>
    `;
  }

  #progress({ points }: Strip, label: string) {
    const drawn = points.filter(({ image }) => image !== null).length;
    return html`<elit-progress
      .label=${label}
      amount="${drawn} of ${points.length} pictures"
      .fraction=${drawn / points.length}
      @cancel-request=${() => this.#strips.stop()}
    ></elit-progress>`;
  }

  #results(strips: readonly Strip[], strip: Strip, isOutdated: boolean) {
    loadTradeOffPlot();
    return html`
      <elit-budget-strip
        .axis=${strip.axis}
        .points=${strip.points}
        .current=${this.draft === null ? undefined : axisValue(strip.axis, this.draft)}
        ?old=${isOutdated}
        @value-choose=${this.#onChoose}
      ></elit-budget-strip>
      <elit-trade-off-plot
        .strips=${strips}
        .draft=${this.draft}
        .info=${this.info}
        @series-request=${this.#onSeries}
        @point-choose=${this.#onPoint}
      ></elit-trade-off-plot>
    `;
  }

  #words(strips: readonly Strip[], isOutdated: boolean): string {
    if (isOutdated) return 'These pictures are of other settings than those above.';
    const failed = strips.find(({ problem }) => problem !== '');
    if (failed) return `The strip stopped: ${failed.problem}`;
    if (strips.some(({ state }) => state === 'stopped')) return 'Stopped.';
    return 'The same seed, timed on this device. SSIM: similarity to the picture at the full budget, at most 1.';
  }

  readonly #start = () => {
    const { axis, draft, info, drawAside } = this;
    if (draft !== null && info !== null && drawAside !== null) {
      void this.#strips.start(axis, draft, info, drawAside);
    }
  };

  readonly #onAxis = (event: Event) => {
    this.axis = AXES.find((name) => name === (event.target as HTMLSelectElement).value) ?? this.axis;
  };

  readonly #onSeries = (event: CustomEvent<GuidanceKind>) => {
    const { info, drawAside } = this;
    if (info !== null && drawAside !== null) void this.#strips.startBeside(event.detail, info, drawAside);
  };

  readonly #onPoint = ({ detail: { strip, value } }: CustomEvent<PointChoice>) => {
    const { axis, draft } = strip;
    const { guidance } = withValue(axis, draft, value);
    const isGuidedSo = this.draft !== null && sameGuidance(wholeGuidance(this.draft.guidance), wholeGuidance(guidance));
    this.#choose({ ...(axis === 'guidance' ? {} : { [axis]: value }), ...(isGuidedSo ? {} : { guidance }) });
  };

  readonly #onChoose = (event: CustomEvent<number>) => {
    const { axis, draft } = this;
    if (draft === null) return;
    this.#choose({ [axis]: withValue(axis, draft, event.detail)[axis] });
  };

  #choose(detail: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent('draft-change', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-trade-off': TradeOff;
  }
}
