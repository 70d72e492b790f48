import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { percent } from '../format/numbers.ts';
import { SliderRest } from '../history/slider-rest.ts';
import { base } from '../styles/base.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { styles } from './budget-slider.styles.ts';

/**
 * Picks how many latents of each group are kept. The bars over the track are the cost: one a budget, as high as
 * its share of the full FLOPs.
 *
 * @fires {CustomEvent<number>} budget-change - while dragging, with every new value
 * @fires {CustomEvent} budget-rest - when pointer or key that moved it is let go
 * @slot aside - stands at the right of the heading
 */
@customElement('elit-budget-slider')
export class BudgetSlider extends LitElement {
  static override styles = [base, styles];

  /** Latents kept in each group, 1 .. max. */
  @property({ type: Number }) value = 16;
  /** Latents of a full group. */
  @property({ type: Number }) max = 16;
  /** Groups of the image: a budget keeps value · groups tokens. 0 while unknown. */
  @property({ type: Number }) groups = 0;
  /** FLOPs at budget k (index k-1) as a share of the full budget's; empty while unknown. */
  @property({ attribute: false }) flopShare: readonly number[] = [];
  @property({ type: Boolean }) disabled = false;

  readonly #slider = new SliderRest(() => this.dispatchEvent(new CustomEvent('budget-rest')));

  override render() {
    return html`
      <div class="heading">
        <div>
          <label for="budget">Budget</label>
          <p class="read-out">${this.#words().map((part) => html`<span>${part}</span>`)}</p>
        </div>
        <slot name="aside"></slot>
      </div>
      <div class="scale" ${cssProperties({ '--count': String(this.max) })}>
        <div class="bars" aria-hidden="true">${this.#bars()}</div>
        <input
          id="budget"
          type="range"
          min="1"
          max=${this.max}
          step="1"
          .value=${String(this.value)}
          ?disabled=${this.disabled}
          aria-valuetext=${this.#words().join(' · ')}
          ${cssProperties({ '--filled': String((this.#shown - 1) / Math.max(1, this.max - 1)) })}
          @input=${this.#onInput}
          @change=${this.#slider.onChange}
          @keydown=${this.#slider.onKeyDown}
          @keyup=${this.#slider.onKeyUp}
          @blur=${this.#slider.onBlur}
        />
        <div class="ticks" aria-hidden="true">${this.#ticks()}</div>
      </div>
    `;
  }

  /** The value as the track can show it: a budget asked for in the address may lie outside. */
  get #shown(): number {
    return Math.min(this.max, Math.max(1, Number.isFinite(this.value) ? this.value : this.max));
  }

  #bars() {
    return Array.from({ length: this.max }, (_, i) => {
      const share = this.flopShare[i] ?? 0;
      return html`<i ?data-kept=${i < this.#shown && share > 0} ${cssProperties({ '--share': String(share) })}></i>`;
    });
  }

  /** The ends and the powers of two are named; every place has a mark. */
  #ticks() {
    return Array.from({ length: this.max }, (_, i) => {
      const budget = i + 1;
      const isNamed = budget === this.max || Number.isInteger(Math.log2(budget));
      return html`<i>${isNamed ? html`<b>${budget}</b>` : nothing}</i>`;
    });
  }

  /** What is chosen, and what that means as far as it is known. */
  #words(): string[] {
    const chosen = `${this.#shown} of ${this.max} latents per group`;
    const share = this.flopShare[this.#shown - 1];
    if (this.groups === 0 || share === undefined) return [chosen];
    const tokens = `${this.#shown * this.groups} of ${this.max * this.groups} tokens`;
    return [chosen, tokens, `${percent(share)} of full FLOPs`];
  }

  #onInput(event: Event): void {
    this.value = (event.target as HTMLInputElement).valueAsNumber;
    this.dispatchEvent(new CustomEvent<number>('budget-change', { detail: this.value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-budget-slider': BudgetSlider;
  }
}
