import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { duration } from '../format/numbers.ts';
import { Paintings } from '../image-view/paint.ts';
import { base } from '../styles/base.styles.ts';
import { tiles } from '../styles/tiles.styles.ts';
import type { StripPoint } from '../trade-off/strip.ts';
import { styles } from './budget-strip.styles.ts';

/**
 * Pictures of one seed along one setting, each with what it took and how near it is to the full-budget image.
 *
 * @fires {CustomEvent<number>} value-choose - with the value of the picture that was pressed
 */
@customElement('elit-budget-strip')
export class BudgetStrip extends LitElement {
  static override styles = [base, tiles, styles];

  /** What varies, in a word: “budget”. */
  @property() axis = 'budget';
  @property({ attribute: false }) points: readonly StripPoint[] = [];
  /** The value that is set now. */
  @property({ type: Number }) current = Number.NaN;
  /** The pictures are of settings that are no longer set. */
  @property({ type: Boolean, reflect: true }) old = false;

  readonly #paintings = new Paintings();

  override render() {
    return html`<ol aria-label="Pictures by ${this.axis}">
      ${this.points.map((point) => this.#item(point))}
    </ol>`;
  }

  #item({ value, image, similarity }: StripPoint) {
    const time = image === null ? null : duration(image.timing.total);
    const words = time === null ? 'not drawn yet' : `${time.value} ${time.unit}, SSIM ${similarity?.toFixed(3)}`;
    return html`<li>
      <button
        class="tile"
        type="button"
        aria-label="${this.axis} ${value}: ${words}"
        aria-current=${value === this.current ? 'true' : nothing}
        @click=${() => this.#choose(value)}
      >
        <span class="frame">${image === null ? nothing : html`<canvas></canvas>`}</span>
        <b>${value}</b>
        <span>${time === null ? '–' : `${time.value} ${time.unit}`}</span>
        <span>${similarity === null ? '–' : similarity.toFixed(3)}</span>
      </button>
    </li>`;
  }

  protected override updated(): void {
    const drawn = this.points.flatMap(({ image }) => (image === null ? [] : [image]));
    this.#paintings.paint(this.renderRoot.querySelectorAll('canvas'), drawn);
  }

  #choose(value: number): void {
    this.dispatchEvent(new CustomEvent<number>('value-choose', { detail: value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-budget-strip': BudgetStrip;
  }
}
