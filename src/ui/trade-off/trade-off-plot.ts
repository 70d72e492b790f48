import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import type { GuidanceKind } from '../guidance/guidance.ts';
import type { PlotPlace } from '../quality-plot/plot.ts';
import '../quality-plot/quality-plot.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { plotSeries, type QualityName, qualities, qualityOf, qualityWords, scoredWords } from './plot-data.ts';
import { kindName, kindOf, kindsToDraw, stripOf } from './series.ts';
import { axisValue, type Strip } from './strip.ts';
import { styles } from './trade-off-plot.styles.ts';

const FEWEST_POINTS = 2;

/** The chosen point's settings: its place along the axis, and how its series is guided. */
export interface PointChoice {
  readonly strip: Strip;
  readonly value: number;
}

/**
 * The plot of strips along one axis: by what quality is told, and which further series to draw.
 *
 * @fires {CustomEvent<GuidanceKind>} series-request - to draw the budgets with that kind of guidance, too
 * @fires {CustomEvent<PointChoice>} point-choose - when a point is pressed
 */
@customElement('elit-trade-off-plot')
export class TradeOffPlot extends LitElement {
  static override styles = [base, controls, styles];

  /** Along one axis; the first is what the others are compared with. */
  @property({ attribute: false }) strips: readonly Strip[] = [];
  @property({ attribute: false }) draft: Draft | null = null;
  @property({ attribute: false }) info: ModelInfo | null = null;

  @state() private wanted: QualityName = 'ssim';

  override render() {
    const { strips } = this;
    const metrics = this.info?.metrics ?? null;
    const offered = qualities(metrics);
    const quality = offered.includes(this.wanted) ? this.wanted : 'ssim';
    const series = plotSeries(strips, quality, metrics);
    const points = series.reduce((sum, each) => sum + each.points.length, 0);
    return html`
      ${offered.length > 1 ? this.#choice(offered, quality) : nothing}
      ${
        quality === 'ssim'
          ? nothing
          : html`<p class="hint">
              Measured before the model was published, at ${scoredWords(quality, metrics)}. Settings that were not
              scored have no point; the latency is measured here.
            </p>`
      }
      ${
        points < (quality === 'ssim' ? FEWEST_POINTS : 1)
          ? nothing
          : html`<elit-quality-plot
              .axis=${strips[0]?.axis ?? ''}
              .series=${series}
              .quality=${qualityOf(quality, metrics)}
              .current=${this.#current()}
              @point-choose=${this.#onChoose}
            ></elit-quality-plot>`
      }
      ${this.#further()}
    `;
  }

  #choice(offered: readonly QualityName[], chosen: QualityName) {
    return html`<div class="quality">
      <label for="quality">Quality</label>
      <select id="quality" class="field" @change=${this.#onQuality}>
        ${offered.map((name) => html`<option value=${name} ?selected=${name === chosen}>${qualityWords(name)}</option>`)}
      </select>
    </div>`;
  }

  /** Nothing to add while something is drawn, before there is a picture to compare with, or to other settings. */
  #further() {
    const { strips } = this;
    const [first] = strips;
    const isReady = first?.axis === 'budget' && first.reference !== null;
    const isBusy = strips.some(({ state }) => state === 'drawing');
    const shown = stripOf(strips, this.draft);
    if (!isReady || isBusy || shown === null) return nothing;
    const kinds = kindsToDraw(strips).filter((kind) => kind !== kindOf(shown)); // that one goes on above
    if (kinds.length === 0) return nothing;
    return html`<div class="further" role="group" aria-labelledby="further">
      <span id="further">Draw these too</span>
      ${kinds.map((kind) => {
        const isBegun = strips.some((strip) => kindOf(strip) === kind);
        return html`<button class="button" type="button" @click=${() => this.#request(kind)}>
          ${isBegun ? `Go on: ${kindName(kind)}` : kindName(kind)}
        </button>`;
      })}
      <p class="hint">
        Every budget again, guided in another way, and compared with the same picture:
        ${kindName(kindOf(first))} at the full budget.
      </p>
    </div>`;
  }

  #current(): PlotPlace | null {
    const strip = stripOf(this.strips, this.draft);
    if (strip === null || this.draft === null) return null;
    return { series: this.strips.indexOf(strip), value: axisValue(strip.axis, this.draft) };
  }

  readonly #onQuality = (event: Event) => {
    this.wanted = (event.target as HTMLSelectElement).value as QualityName;
  };

  readonly #onChoose = (event: CustomEvent<PlotPlace>) => {
    event.stopPropagation();
    const strip = this.strips[event.detail.series];
    if (strip === undefined) return;
    const detail: PointChoice = { strip, value: event.detail.value };
    this.dispatchEvent(new CustomEvent('point-choose', { detail }));
  };

  #request(kind: GuidanceKind): void {
    this.dispatchEvent(new CustomEvent<GuidanceKind>('series-request', { detail: kind }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-trade-off-plot': TradeOffPlot;
  }
}
