import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { Visit } from '../history/visit.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { fieldset } from '../styles/fieldset.styles.ts';
import { styles } from './style-picker.styles.ts';

/** What is seen of the next chip, px. */
const MARGIN = 32;

/**
 * The model's styles as a row of buttons of which one is chosen (a radio group), each with a tiny picture where the
 * model comes with one. A style that the model lacks, such as one from an address, stands before them.
 *
 * @fires {CustomEvent<string>} style-change
 * @fires style-rest - after a press, and when the keyboard leaves the row: what its arrows chose until then belongs together
 */
@customElement('elit-style-picker')
export class StylePicker extends LitElement {
  static override styles = [base, controls, fieldset, styles];

  @property({ attribute: false }) names: readonly string[] = [];
  @property() value = '';
  @property({ type: Boolean }) disabled = false;
  /** Address of a picture with one square for each of the names, side by side; empty where there is none. */
  @property() pictures = '';

  @query('.chips') private readonly chips!: HTMLElement;
  /** The picture did not arrive: the names alone will do. */
  @state() private isPlain = false;
  readonly #visit = new Visit(() => this.dispatchEvent(new CustomEvent('style-rest')));

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('pictures')) this.isPlain = this.pictures === '';
  }

  /** The chosen one comes into view within its row; the page stays where it is. */
  protected override updated(changed: PropertyValues<this>): void {
    const chip = this.renderRoot.querySelector<HTMLElement>('.chip:has(:checked)');
    if (chip === null || !(changed.has('value') || changed.has('names'))) return;
    const row = this.chips;
    const [start, end] = [chip.offsetLeft, chip.offsetLeft + chip.offsetWidth];
    if (start < row.scrollLeft) row.scrollLeft = start - MARGIN;
    else if (end > row.scrollLeft + row.clientWidth) row.scrollLeft = end + MARGIN - row.clientWidth;
  }

  override render() {
    const isUnknown = this.value !== '' && !this.names.includes(this.value);
    return html`
      <fieldset
        ?disabled=${this.disabled}
        @keydown=${this.#visit.onKeyDown}
        @keyup=${this.#visit.onKeyUp}
        @focusout=${this.#visit.onFocusOut}
      >
        <legend>Style</legend>
        <div class="chips">
          ${isUnknown ? this.#chip(this.value, null) : nothing} ${this.names.map((name, i) => this.#chip(name, i))}
        </div>
      </fieldset>
    `;
  }

  #chip(name: string, place: number | null) {
    return html`
      <label class="chip">
        <input
          type="radio"
          name="style"
          value=${name}
          .checked=${name === this.value}
          @change=${() => this.#choose(name)}
        />
        ${place === null || this.isPlain ? nothing : this.#picture(place)}<span>${name}</span>
      </label>
    `;
  }

  /** All show the one file: what a square shows of it is where it is held. */
  #picture(place: number) {
    const share = place / Math.max(1, this.names.length - 1);
    return html`<img
      src=${this.pictures}
      alt=""
      loading="lazy"
      decoding="async"
      width="30"
      height="30"
      ${cssProperties({ '--place': `${share * 100}%` })}
      @error=${this.#onMissing}
    />`;
  }

  #onMissing(): void {
    this.isPlain = true;
  }

  #choose(name: string): void {
    this.value = name;
    this.dispatchEvent(new CustomEvent<string>('style-change', { detail: name }));
    this.#visit.chosen();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-style-picker': StylePicker;
  }
}
