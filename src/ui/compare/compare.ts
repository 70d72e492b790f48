import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Pixels } from '../../generator/types.ts';
import { paint } from '../image-view/paint.ts';
import { base } from '../styles/base.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { frame } from '../styles/frame.styles.ts';
import { styles } from './compare.styles.ts';
import { difference } from './difference.ts';

export type CompareMode = 'divide' | 'difference';

/**
 * Two pictures of one size in one frame. In mode `divide` a divider that is dragged, or moved with the arrow keys,
 * shows A at its left and B at its right; in mode `difference` the frame shows how far they are apart.
 *
 * @fires {CustomEvent<number>} position-change - while the divider moves, with its place in percent from the left
 */
@customElement('elit-compare')
export class Compare extends LitElement {
  static override styles = [base, frame, styles];

  @property({ attribute: false }) a: Pixels | null = null;
  @property({ attribute: false }) b: Pixels | null = null;
  @property() mode: CompareMode = 'divide';
  /** Where the divider is, percent from the left. */
  @property({ type: Number }) position = 50;

  @query('.a') private readonly canvasA!: HTMLCanvasElement;
  @query('.b') private readonly canvasB!: HTMLCanvasElement;
  @query('.difference') private readonly canvasDifference!: HTMLCanvasElement;

  override render() {
    const isDivided = this.mode === 'divide';
    return html`
      <div class="frame" ${cssProperties({ '--at': `${this.position}%` })} data-mode=${this.mode}>
        <canvas class="a" role="img" aria-label="Picture A" ?hidden=${!isDivided}></canvas>
        <canvas class="b" role="img" aria-label="Picture B" ?hidden=${!isDivided}></canvas>
        <canvas class="difference" role="img" aria-label="Difference of A and B, black where they are equal"
          ?hidden=${isDivided}></canvas>
        <div class="sides" aria-hidden="true" ?hidden=${!isDivided}><b>A</b><b>B</b></div>
        <input
          type="range"
          min="0"
          max="100"
          step="1"
          aria-label="Divider between A and B"
          aria-valuetext="A ${this.position} %, B ${100 - this.position} %"
          .value=${String(this.position)}
          ?hidden=${!isDivided}
          @input=${this.#onInput}
        />
        <div class="divider" aria-hidden="true" ?hidden=${!isDivided}></div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { a, b, mode } = this;
    const isNew = changed.has('a') || changed.has('b') || changed.has('mode');
    if (a === null || b === null || !isNew) return;
    if (mode === 'divide') {
      paint(this.canvasA, a);
      paint(this.canvasB, b);
    } else {
      paint(this.canvasDifference, difference(a, b));
    }
  }

  #onInput(event: Event): void {
    this.position = (event.target as HTMLInputElement).valueAsNumber;
    this.dispatchEvent(new CustomEvent<number>('position-change', { detail: this.position }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-compare': Compare;
  }
}
