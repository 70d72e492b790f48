import { html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { milliseconds } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { saveFile, toCsv, toPng, toSvg } from './export.ts';
import { type Dot, type Layout, layout } from './layout.ts';
import { markerPath } from './markers.ts';
import { type Plot, type PlotPlace, type PlotSeries, type Quality, SSIM } from './plot.ts';
import { styles } from './quality-plot.styles.ts';

const HEIGHT = 300;
const DOT = 5;
/** An exported plot is of one size, whatever the window. */
const PAPER = { width: 720, height: 400 };

/**
 * Quality against latency: each point a picture, the best trade-offs of all series joined by a line. Points are buttons.
 *
 * @fires {CustomEvent<PlotPlace>} point-choose - with the place of the point that was pressed
 */
@customElement('elit-quality-plot')
export class QualityPlot extends LitElement {
  static override styles = [base, controls, styles];

  /** What varies from point to point, in a word: “budget”. */
  @property() axis = 'budget';
  @property({ attribute: false }) series: readonly PlotSeries[] = [];
  @property({ attribute: false }) quality: Quality = SSIM;
  /** The point that is set now, or null. */
  @property({ attribute: false }) current: PlotPlace | null = null;

  @state() private width = 640;
  readonly #observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined && entry.contentRect.width > 0) this.width = Math.round(entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override render() {
    const plot = layout(this.#plot, this.width, HEIGHT);
    return html`
      ${this.series.length > 1 ? this.#legend() : nothing}
      <div class="plot" role="group" aria-label="Quality against latency by ${this.axis}">
        ${this.#drawing(plot)} ${plot.dots.map((dot) => this.#button(dot))}
      </div>
      <div class="below">
        <p class="hint">Filled points: none is both faster and better.</p>
        ${['SVG', 'PNG', 'CSV'].map(
          (kind) => html`<button class="button" type="button" aria-label="Save the plot as ${kind}"
            @click=${() => this.#save(kind)}>${kind}</button>`,
        )}
      </div>
      ${this.#table(plot)}
    `;
  }

  get #plot(): Plot {
    const { axis, series, quality, current } = this;
    return { axis, series, quality, current };
  }

  #legend() {
    return html`<ul class="legend" aria-label="Series">
      ${this.series.map(
        ({ name }, index) => html`<li data-series=${index}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${markerPath(index, 8, 8, DOT)} data-front /></svg>${name}
        </li>`,
      )}
    </ul>`;
  }

  #drawing({ width, height, lines, words, dots }: Layout) {
    return html`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
      ${lines.map(
        ({ role, series, points }) =>
          svg`<polyline class=${role} data-series=${series ?? nothing} points=${points.map(String).join(' ')} />`,
      )}
      ${dots.map(
        ({ series, x, y, isOnFront }) =>
          svg`<path data-series=${series} ?data-front=${isOnFront} d=${markerPath(series, x, y, DOT)} />`,
      )}
      ${words.map(
        ({ role, text, x, y, anchor }) => svg`<text class=${role} x=${x} y=${y} text-anchor=${anchor}>${text}</text>`,
      )}
    </svg>`;
  }

  #button({ point, series, x, y, isCurrent, isOnFront }: Dot) {
    const { value, latency } = point;
    const name = `${this.#seriesWords(series)}${this.axis} ${value}`;
    return html`<button
      class="dot"
      type="button"
      title=${name}
      aria-label="${name}: ${milliseconds(latency)} ms, ${this.quality.short} ${this.#figure(point.quality)}"
      aria-current=${isCurrent ? 'true' : nothing}
      ?data-front=${isOnFront}
      ${cssProperties({ 'inset-inline-start': `${x}px`, 'inset-block-start': `${y}px` })}
      @click=${() => this.#choose({ series, value })}
    ></button>`;
  }

  #table({ dots }: Layout) {
    // A table of its own would be wider than it is told to be.
    return html`<div class="sr-only"><table>
      <caption>Quality against latency by ${this.axis}</caption>
      <thead>
        <tr><th scope="col">${this.axis}</th><th scope="col">ms</th><th scope="col">${this.quality.title}</th>
        <th scope="col">Pareto front</th></tr>
      </thead>
      <tbody>
        ${dots.map(
          ({ point, series, isOnFront }) => html`<tr><th scope="row">${this.#seriesWords(series)}${point.value}</th>
            <td>${milliseconds(point.latency)}</td><td>${this.#figure(point.quality)}</td>
            <td>${isOnFront ? 'yes' : 'no'}</td></tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  /** Says whose point it is where that may be asked. */
  #seriesWords(index: number): string {
    return this.series.length > 1 ? `${this.series[index]?.name}, ` : '';
  }

  #figure(value: number): string {
    return Math.abs(value) < 10 ? value.toFixed(3) : value.toPrecision(4);
  }

  #choose(place: PlotPlace): void {
    this.dispatchEvent(new CustomEvent<PlotPlace>('point-choose', { detail: place }));
  }

  async #save(kind: string): Promise<void> {
    const paper = layout(this.#plot, PAPER.width, PAPER.height);
    const name = `elit-${this.axis}.${kind.toLowerCase()}`;
    if (kind === 'PNG') saveFile(await toPng(paper), name);
    else if (kind === 'SVG') saveFile(new Blob([toSvg(paper)], { type: 'image/svg+xml' }), name);
    else saveFile(new Blob([toCsv(this.#plot)], { type: 'text/csv' }), name);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-quality-plot': QualityPlot;
  }
}
