import { html, LitElement, type PropertyValues, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Timing } from '../../generator/types.ts';
import { duration, milliseconds } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { REMEMBERED, type Run, remember, type Summary, summarize } from './history.ts';
import { styles } from './latency.styles.ts';

/** At most one announcement in this time, ms: a drag changes the figure many times a second. */
const QUIET = 1500;

/**
 * How long images take: the median of the last ones with the same `runKey`, how far they spread, and a bar for each
 * of the last images. The figure follows every image; what a screen reader hears (role status) is of the last one,
 * said at once after a rest and otherwise only when the figure has settled.
 */
@customElement('elit-latency')
export class Latency extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) timing: Timing | null = null;
  /** Images of one key are compared with each other: see runOf. */
  @property() runKey = '';
  /** What drew it, in words. */
  @property() source = '';
  /** Dims the figure while a newer image is on its way. */
  @property({ type: Boolean, reflect: true }) busy = false;

  @state() private announced = '';
  #runs: readonly Run[] = [];
  #lastSaid = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('timing') || this.timing === null) return;
    this.#runs = remember(this.#runs, { key: this.runKey, ms: this.timing.total });
    clearTimeout(this.#timer);
    const wait = this.#lastSaid + QUIET - performance.now();
    if (wait <= 0) this.#say();
    else this.#timer = setTimeout(() => this.#say(), wait);
  }

  override render() {
    const summary = summarize(this.#runs);
    const { value, unit } = summary === null ? { value: '–', unit: 'ms' } : duration(summary.median);
    return html`
      <div aria-hidden="true">
        <div class="row">
          ${this.#sparkline()}
          <p class="figure" ?data-empty=${summary === null}>${value} <small>${unit}</small></p>
        </div>
        <p class="detail">${this.#detail(summary)}</p>
      </div>
      <p class="sr-only" role="status">${this.announced}</p>
    `;
  }

  #detail(summary: Summary | null): string {
    if (summary === null) return 'per picture';
    if (summary.count === 1) return this.source;
    const [fastest, slowest] = [duration(summary.fastest), duration(summary.slowest)];
    const from = fastest.unit === slowest.unit ? fastest.value : `${fastest.value} ${fastest.unit}`;
    return `median of ${summary.count}: ${from}–${slowest.value} ${slowest.unit}`;
  }

  /** The last one stands at the right; those that the median is of are in colour. */
  #sparkline() {
    const slowest = Math.max(...this.#runs.map(({ ms }) => ms));
    const key = this.#runs.at(-1)?.key;
    const first = REMEMBERED - this.#runs.length;
    return html`<svg viewBox="0 0 ${4 * REMEMBERED} 28">
      ${this.#runs.map((run, index) => {
        const height = Math.max(1, (28 * run.ms) / slowest);
        return svg`<rect
          ?data-alike=${run.key === key}
          x=${4 * (first + index)} y=${28 - height} width="3" height=${height}
        />`;
      })}
    </svg>`;
  }

  #say(): void {
    if (this.timing === null) return;
    this.#lastSaid = performance.now();
    const { total, sampling, decoding } = this.timing;
    this.announced =
      `Drawn in ${milliseconds(total)} ms ${this.source}: ` +
      `sampling ${milliseconds(sampling)} ms, decoding ${milliseconds(decoding)} ms`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-latency': Latency;
  }
}
