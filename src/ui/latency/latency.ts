import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Timing } from '../../generator/types.ts';
import { duration, milliseconds } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { styles } from './latency.styles.ts';

/** At most one announcement in this time, ms: a drag changes the figure many times a second. */
const QUIET = 1500;

/**
 * How long the last image took. The large figure follows every image; what a screen reader hears (role status)
 * is said at once after a rest and otherwise only when the figure has settled.
 */
@customElement('elit-latency')
export class Latency extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) timing: Timing | null = null;
  /** What drew it, in words. */
  @property() source = '';
  /** Dims the figure while a newer image is on its way. */
  @property({ type: Boolean, reflect: true }) busy = false;

  @state() private announced = '';
  #lastSaid = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('timing') || this.timing === null) return;
    clearTimeout(this.#timer);
    const wait = this.#lastSaid + QUIET - performance.now();
    if (wait <= 0) this.#say();
    else this.#timer = setTimeout(() => this.#say(), wait);
  }

  override render() {
    const { timing } = this;
    const { value, unit } = timing === null ? { value: '–', unit: 'ms' } : duration(timing.total);
    return html`
      <div aria-hidden="true">
        <p class="figure" ?data-empty=${timing === null}>${value} <small>${unit}</small></p>
        <p class="detail">${timing === null ? 'per picture' : this.source}</p>
      </div>
      <p class="sr-only" role="status">${this.announced}</p>
    `;
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
