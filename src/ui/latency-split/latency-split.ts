import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GeneratedImage } from '../../generator/types.ts';
import { milliseconds, percent } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { chevron } from '../styles/icons.ts';
import { styles } from './latency-split.styles.ts';
import { isOf, type MeasuredParts, type Piece, splitOf } from './split.ts';

/** How long nothing must have been drawn before the parts are asked for, ms. */
const REST = 1000;
/** The same picture's parts are not asked for again before this, ms. */
const FRESH = 30_000;

/**
 * What the time of the last picture went into, closed until it is asked for: a bar, and a legend with the numbers. While
 * it is open the parts are sampled once in a while, when nothing is drawn.
 *
 * @fires parts-request - when the parts are to be measured
 */
@customElement('elit-latency-split')
export class LatencySplit extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) image: GeneratedImage | null = null;
  /** What was measured of a picture, not necessarily this one. */
  @property({ attribute: false }) parts: MeasuredParts = null;
  /** Whether a picture is on its way. */
  @property({ type: Boolean }) busy = false;

  @state() private open = false;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('parts') && this.parts !== null) this.#measuredAt = performance.now();
    this.#plan();
  }

  override render() {
    if (this.image === null) return nothing;
    return html`
      <details @toggle=${this.#onToggle}>
        <summary>Where the time goes ${chevron}</summary>
        ${this.open ? this.#content(this.image) : nothing}
      </details>
    `;
  }

  #content(image: GeneratedImage) {
    const { pieces, note } = splitOf(image, this.parts);
    return html`
      <div class="bar" aria-hidden="true">
        ${pieces.map(({ id, share }) => html`<i data-part=${id} ${cssProperties({ '--share': String(share) })}></i>`)}
      </div>
      <ul>${pieces.map((piece) => this.#row(piece))}</ul>
      <p class="hint">${note}</p>
    `;
  }

  #row({ id, name, ms, share }: Piece) {
    return html`<li>
      <i data-part=${id}></i><span>${name}</span><span>${milliseconds(ms)} ms</span><span>${percent(share)}</span>
    </li>`;
  }

  /** A picture came, or is on its way: the wait for a rest begins anew. */
  #plan(): void {
    clearTimeout(this.#timer);
    const { image } = this;
    if (!this.open || this.busy || image === null || image.backend !== 'webgpu' || this.parts === 'none') return;
    const age = performance.now() - this.#measuredAt;
    if (isOf(this.parts, image) && age < FRESH) return;
    this.#timer = setTimeout(() => this.dispatchEvent(new CustomEvent('parts-request')), REST);
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-latency-split': LatencySplit;
  }
}
