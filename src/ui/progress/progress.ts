import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { styles } from './progress.styles.ts';

/**
 * How far something is, in a bar and in words, with a way out.
 *
 * @fires cancel-request - when the button is pressed
 */
@customElement('elit-progress')
export class Progress extends LitElement {
  static override styles = [base, controls, styles];

  /** What goes on: “Downloading the weights”. */
  @property() label = '';
  /** How much of it: “12.3 of 42.2 MB”. */
  @property() amount = '';
  /** 0 .. 1. */
  @property({ type: Number }) fraction = 0;

  override render() {
    return html`
      <div class="words"><span>${this.label}</span><span class="amount">${this.amount}</span></div>
      <div
        class="bar"
        role="progressbar"
        aria-label=${this.label || 'Progress'}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(this.fraction * 100)}
        aria-valuetext=${[this.label, this.amount].filter(Boolean).join(', ')}
      >
        <i ${cssProperties({ 'inline-size': `${this.fraction * 100}%` })}></i>
      </div>
      <button class="button" type="button" @click=${this.#onCancel}>Cancel</button>
    `;
  }

  #onCancel(): void {
    this.dispatchEvent(new CustomEvent('cancel-request'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-progress': Progress;
  }
}
