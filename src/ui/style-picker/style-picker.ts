import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';
import { styles } from './style-picker.styles.ts';

/**
 * A list of the model's styles.
 *
 * @fires {CustomEvent<string>} style-change
 */
@customElement('elit-style-picker')
export class StylePicker extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) names: readonly string[] = [];
  @property() value = '';
  @property({ type: Boolean }) disabled = false;

  override render() {
    const names = this.names.includes(this.value) ? this.names : [this.value, ...this.names];
    return html`
      <label for="select">Style</label>
      <div class="box">
        <select id="select" class="field" ?disabled=${this.disabled} @change=${this.#onChange}>
          ${names.map((name) => html`<option value=${name} .selected=${name === this.value}>${name}</option>`)}
        </select>
        ${chevron}
      </div>
    `;
  }

  #onChange(event: Event): void {
    this.value = (event.target as HTMLSelectElement).value;
    this.dispatchEvent(new CustomEvent<string>('style-change', { detail: this.value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-style-picker': StylePicker;
  }
}
