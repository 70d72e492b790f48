import { html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { milliseconds } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { saveFile, toCsv, toPng, toSvg } from './export.ts';
import { type Dot, type Layout, layout, type PlotPoint } from './layout.ts';
import { styles } from './quality-plot.styles.ts';

const HEIGHT = 300;
/** An exported plot is of one size, whatever the window. */
const PAPER = { width: 720, height: 400 };

/**
 * Quality against latency: each point a picture, the best trade-offs joined by a line. Points are buttons.
 *
 * @fires {CustomEvent<number>} value-choose - with the value of the point that was pressed
 */
@customElement('elit-quality-plot')
export class QualityPlot extends LitElement {
  static override styles = [base, controls, styles];

  /** What varies from point to point, in a word: “budget”. */
  @property() axis = 'budget';
  @property({ attribute: false }) points: readonly PlotPoint[] = [];
  /** The value that is set now. */
  @property({ type: Number }) current = Number.NaN;

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
    const plot = layout(this.points, this.width, HEIGHT);
    return html`
      <div class="plot" role="group" aria-label="Quality against latency by ${this.axis}">
        ${this.#drawing(plot)} ${plot.dots.map((dot) => this.#button(dot))}
      </div>
      <div class="below">
        <p class="hint">Filled points: none is both faster and nearer to the full budget.</p>
        ${['SVG', 'PNG', 'CSV'].map(
          (kind) => html`<button class="button" type="button" aria-label="Save the plot as ${kind}"
            @click=${() => this.#save(kind)}>${kind}</button>`,
        )}
      </div>
      ${this.#table(plot)}
    `;
  }

  #drawing({ width, height, lines, words }: Layout) {
    return html`<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
      ${lines.map(({ role, points }) => svg`<polyline class=${role} points=${points.map(String).join(' ')} />`)}
      ${words.map(
        ({ role, text, x, y, anchor }) => svg`<text class=${role} x=${x} y=${y} text-anchor=${anchor}>${text}</text>`,
      )}
    </svg>`;
  }

  #button({ point, x, y, isOnFront }: Dot) {
    const { value, latency, similarity } = point;
    return html`<button
      class="dot"
      type="button"
      title="${this.axis} ${value}"
      aria-label="${this.axis} ${value}: ${milliseconds(latency)} ms, SSIM ${similarity.toFixed(3)}"
      aria-current=${value === this.current ? 'true' : nothing}
      ?data-front=${isOnFront}
      ${cssProperties({ 'inset-inline-start': `${x}px`, 'inset-block-start': `${y}px` })}
      @click=${() => this.#choose(value)}
    ></button>`;
  }

  #table({ dots }: Layout) {
    // A table of its own would be wider than it is told to be.
    return html`<div class="sr-only"><table>
      <caption>Quality against latency by ${this.axis}</caption>
      <thead>
        <tr><th scope="col">${this.axis}</th><th scope="col">ms</th><th scope="col">SSIM to the full budget</th>
        <th scope="col">Pareto front</th></tr>
      </thead>
      <tbody>
        ${dots.map(
          ({ point, isOnFront }) => html`<tr><th scope="row">${point.value}</th><td>${milliseconds(point.latency)}</td>
            <td>${point.similarity.toFixed(3)}</td><td>${isOnFront ? 'yes' : 'no'}</td></tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  #choose(value: number): void {
    this.dispatchEvent(new CustomEvent<number>('value-choose', { detail: value }));
  }

  async #save(kind: string): Promise<void> {
    const paper = layout(this.points, PAPER.width, PAPER.height);
    const name = `elit-${this.axis}.${kind.toLowerCase()}`;
    if (kind === 'PNG') saveFile(await toPng(paper), name);
    else if (kind === 'SVG') saveFile(new Blob([toSvg(paper)], { type: 'image/svg+xml' }), name);
    else saveFile(new Blob([toCsv(this.axis, this.points)], { type: 'text/csv' }), name);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-quality-plot': QualityPlot;
  }
}
