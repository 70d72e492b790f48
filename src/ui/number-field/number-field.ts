import { html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { minus, plus } from '../styles/icons.ts';
import { styles } from './number-field.styles.ts';

/** How long an empty or half-typed field may stay so before it counts as an answer, ms. */
const THINKING = 1200;

/**
 * A number with a label and two buttons. What is typed is passed on as it is, also when it is out of range (whoever
 * listens judges it in words); an empty field is NaN, once it is left or has stayed empty for a moment.
 *
 * @fires {CustomEvent<number>} value-change
 * @fires value-rest - when the field is left, after Enter, and after a press of a button: what changed until then belongs
 *   together
 * @slot action - stands beside the field
 */
@customElement('elit-number-field')
export class NumberField extends LitElement {
  static override styles = [base, controls, styles];

  @property() label = '';
  /** NaN shows an empty field. */
  @property({ type: Number }) value = Number.NaN;
  @property({ type: Number }) min = 0;
  @property({ type: Number }) max = 100;
  @property({ type: Number }) step = 1;
  /** A few words under the field. */
  @property() hint = '';
  @property({ type: Boolean }) disabled = false;
  /** Leaves the two buttons away, for numbers that nobody counts up to. */
  @property({ type: Boolean }) plain = false;
  /** Empty is an answer, too. */
  @property({ type: Boolean }) optional = false;

  @query('input') private readonly input!: HTMLInputElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render() {
    return html`
      <label for="input">${this.label}</label>
      <div class="row">
        <div class="stepper">
          ${this.#nudge(-1)}
          <input
            id="input"
            class="field"
            type="number"
            inputmode="decimal"
            autocomplete="off"
            min=${this.min}
            max=${this.max}
            step=${this.step}
            ?disabled=${this.disabled}
            aria-describedby="hint"
            aria-invalid=${String(this.#isInvalid)}
            @input=${this.#onInput}
            @change=${this.#onChange}
            @keydown=${this.#onKey}
            @blur=${this.#rest}
          />
          ${this.#nudge(1)}
        </div>
        <slot name="action"></slot>
      </div>
      <p id="hint" class="hint" ?hidden=${this.hint === ''}>${this.hint}</p>
    `;
  }

  /** The field is written only when it means another number, so that typing “2.” or “” is left alone. */
  protected override updated(): void {
    const shown = this.input.valueAsNumber;
    if (!Object.is(shown, this.value)) this.input.value = Number.isNaN(this.value) ? '' : String(this.value);
  }

  get #isInvalid(): boolean {
    if (this.disabled || (this.optional && Number.isNaN(this.value))) return false;
    return !(this.value >= this.min && this.value <= this.max);
  }

  /** Touch and mouse only: with the keyboard and to a screen reader the field itself steps. */
  #nudge(direction: 1 | -1) {
    if (this.plain) return null;
    return html`
      <button
        class="button nudge"
        type="button"
        tabindex="-1"
        aria-hidden="true"
        ?disabled=${this.disabled}
        @click=${() => this.#onNudge(direction)}
      >${direction < 0 ? minus : plus}</button>
    `;
  }

  #stepped(direction: 1 | -1): number {
    const from = Number.isFinite(this.value) ? this.value : this.min;
    // Without the binary noise of 3 · 0.05.
    const next = Number((Math.round(from / this.step + direction) * this.step).toFixed(6));
    return Math.min(this.max, Math.max(this.min, next));
  }

  #onInput(): void {
    clearTimeout(this.#timer);
    const typed = this.input.valueAsNumber;
    if (Number.isNaN(typed)) this.#timer = setTimeout(() => this.#set(typed), THINKING);
    else this.#set(typed);
  }

  #onChange(): void {
    clearTimeout(this.#timer);
    this.#set(this.input.valueAsNumber);
  }

  /** Arrow keys “change” the value, too, but whoever holds one down is not done. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    this.#onChange();
    this.#rest();
  }

  #onNudge(direction: 1 | -1): void {
    this.#set(this.#stepped(direction));
    this.#rest();
  }

  #rest(): void {
    this.dispatchEvent(new CustomEvent('value-rest'));
  }

  #set(value: number): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent<number>('value-change', { detail: value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-number-field': NumberField;
  }
}
