import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './target-latency.styles.ts';
import type { TargetLatency as Mode } from './target-latency-controller.ts';
import { newsKey, targetNews, targetWords } from './words.ts';

/** At most one announcement in this time, ms. */
const QUIET = 1500;
const OFF: Mode = { isOn: false, target: 100, choice: null, isLeft: false };

/**
 * “Draw it within 100 ms”: a switch, the time, and what was picked to keep it. A screen reader hears of another pick,
 * not of every picture.
 *
 * @fires {CustomEvent<boolean>} target-switch - switched on or off
 * @fires {CustomEvent<number>} target-change - another time, in milliseconds; always above 0
 */
@customElement('elit-target-latency')
export class TargetLatency extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) mode: Mode = OFF;
  @property({ type: Boolean }) disabled = false;

  @query('.field') private readonly field!: HTMLInputElement;
  @state() private isInvalid = false;
  @state() private said = '';
  #key = newsKey(OFF);
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('mode') || newsKey(this.mode) === this.#key) return;
    this.#key = newsKey(this.mode);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.said = targetNews(this.mode);
    }, QUIET);
  }

  override render() {
    const { isOn, target } = this.mode;
    return html`
      <div class="row">
        <label>
          <input
            type="checkbox"
            role="switch"
            aria-describedby="words"
            .checked=${isOn}
            ?disabled=${this.disabled}
            @change=${this.#onSwitch}
          />
          Draw it within
        </label>
        <span class="target">
          <input
            class="field"
            type="number"
            inputmode="numeric"
            autocomplete="off"
            min="1"
            step="10"
            aria-label="Target latency in milliseconds"
            aria-invalid=${String(this.isInvalid)}
            aria-describedby="words"
            .value=${String(target)}
            ?disabled=${this.disabled || !isOn}
            @change=${this.#onChange}
          />
          <span aria-hidden="true">ms</span>
        </span>
      </div>
      <p class="words" id="words">${this.isInvalid ? 'Give a number of milliseconds above 0' : targetWords(this.mode)}</p>
      <p class="sr-only" aria-live="polite">${this.said}</p>
    `;
  }

  #onSwitch(event: Event): void {
    const { checked } = event.target as HTMLInputElement;
    if (this.isInvalid) this.field.value = String(this.mode.target);
    this.isInvalid = false;
    this.dispatchEvent(new CustomEvent<boolean>('target-switch', { detail: checked }));
  }

  /** When the number is complete: not at every digit of it. */
  #onChange(event: Event): void {
    const { valueAsNumber } = event.target as HTMLInputElement;
    this.isInvalid = !(valueAsNumber > 0);
    if (!this.isInvalid) this.dispatchEvent(new CustomEvent<number>('target-change', { detail: valueAsNumber }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-target-latency': TargetLatency;
  }
}
