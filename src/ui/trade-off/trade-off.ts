import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import type { PlotPoint } from '../quality-plot/layout.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import '../budget-strip/budget-strip.ts';
import '../progress/progress.ts';
import '../quality-plot/quality-plot.ts';
import { AXES, type Axis, axisValue, isOld, type Strip, withValue } from './strip.ts';
import { type DrawAside, StripController } from './strip-controller.ts';
import { styles } from './trade-off.styles.ts';

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
  static override styles = [base, controls, styles];

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
    const strip = this.#strips.strip(axis);
    const isOutdated = strip !== null && draft !== null && isOld(strip, draft);
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
            strip?.state === 'drawing'
              ? nothing
              : html`<button class="button" type="button" ?disabled=${draft === null || this.info === null} @click=${this.#start}>
                  ${strip?.state === 'stopped' && !isOutdated ? 'Go on' : DRAW[axis]}
                </button>`
          }
        </div>
        <p class="hint" aria-live="polite">${this.#words(strip, isOutdated)}</p>
        ${strip === null ? nothing : this.#results(strip, isOutdated)}
      </section>
    `;
  }

  #results(strip: Strip, isOutdated: boolean) {
    const drawn = strip.points.filter(({ image }) => image !== null).length;
    const current = this.draft === null ? undefined : axisValue(strip.axis, this.draft);
    const points = plotPoints(strip);
    return html`
      ${
        strip.state === 'drawing'
          ? html`<elit-progress
              label="Drawing the strip"
              amount="${drawn} of ${strip.points.length} pictures"
              .fraction=${drawn / strip.points.length}
              @cancel-request=${() => this.#strips.stop()}
            ></elit-progress>`
          : nothing
      }
      <elit-budget-strip
        .axis=${strip.axis}
        .points=${strip.points}
        .current=${current}
        ?old=${isOutdated}
        @value-choose=${this.#onChoose}
      ></elit-budget-strip>
      ${
        points.length < 2
          ? nothing
          : html`<elit-quality-plot
              .axis=${strip.axis}
              .points=${points}
              .current=${current}
              @value-choose=${this.#onChoose}
            ></elit-quality-plot>`
      }
    `;
  }

  #words(strip: Strip | null, isOutdated: boolean): string {
    if (isOutdated) return 'These pictures are of other settings than those above.';
    if (strip?.problem) return `The strip stopped: ${strip.problem}`;
    if (strip?.state === 'stopped') return 'Stopped.';
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

  readonly #onChoose = (event: CustomEvent<number>) => {
    const { axis, draft } = this;
    if (draft === null) return;
    const detail: Partial<Draft> = { [axis]: withValue(axis, draft, event.detail)[axis] };
    this.dispatchEvent(new CustomEvent('draft-change', { detail }));
  };
}

function plotPoints({ points }: Strip): PlotPoint[] {
  return points.flatMap(({ value, image, similarity }) =>
    image === null || similarity === null ? [] : [{ value, latency: image.timing.total, similarity }],
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-trade-off': TradeOff;
  }
}
