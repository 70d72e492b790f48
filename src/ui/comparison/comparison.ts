import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GeneratedImage, Pixels } from '../../generator/types.ts';
import '../compare/compare.ts';
import type { CompareMode } from '../compare/compare.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './comparison.styles.ts';
import { comparedWords, similarityWords } from './words.ts';

/**
 * The pinned picture A beside the latest one, B: divided or as a difference, with what each took and how it was drawn.
 *
 * @fires unpin - when the comparison is over
 */
@customElement('elit-comparison')
export class Comparison extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) a: GeneratedImage | null = null;
  /** The last finished image. */
  @property({ attribute: false }) b: GeneratedImage | null = null;
  /** Unfinished pixels to show as B instead, or null. */
  @property({ attribute: false }) preview: Pixels | null = null;

  @state() private mode: CompareMode = 'divide';
  /** Of A and the finished B, in words. */
  #similarity = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { a, b } = this;
    if (a === null || b === null || !(changed.has('a') || changed.has('b'))) return;
    this.#similarity = similarityWords(a, b);
  }

  override render() {
    const { a, b, mode } = this;
    if (a === null || b === null) return nothing;
    return html`
      <elit-compare .a=${a} .b=${this.preview ?? b} .mode=${mode}></elit-compare>
      <div class="below">
        <dl>
          <dt>A</dt>
          <dd>${comparedWords(a)}</dd>
          <dt>B</dt>
          <dd>${comparedWords(b)}</dd>
          <dt>SSIM</dt>
          <dd>${this.#similarity}</dd>
        </dl>
        <div class="actions">
          <button class="button" type="button" aria-pressed=${String(mode === 'difference')} @click=${this.#onMode}>
            Difference
          </button>
          <button class="button" type="button" @click=${this.#onUnpin}>Unpin A</button>
        </div>
      </div>
    `;
  }

  #onMode(): void {
    this.mode = this.mode === 'divide' ? 'difference' : 'divide';
  }

  #onUnpin(): void {
    this.dispatchEvent(new CustomEvent('unpin'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-comparison': Comparison;
  }
}
