import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Pixels } from '../../generator/types.ts';
import { paint } from '../image-view/paint.ts';
import { base } from '../styles/base.styles.ts';
import { styles } from './attention-picture.styles.ts';
import { coloured } from './colours.ts';
import { moved, type Place } from './maps.ts';

/** A place that was chosen, and whether it was with a key: then it is worth saying aloud. */
export interface PlaceChange {
  readonly place: Place;
  readonly byKey: boolean;
}

/**
 * A picture under the raster of the places that the network sees in it, one of them chosen: with the pointer, or with
 * the arrow keys. With values it is coloured by them; without, all but the group of the place is dimmed.
 *
 * @fires {CustomEvent<PlaceChange>} place-change
 */
@customElement('elit-attention-picture')
export class AttentionPicture extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) pixels: Pixels | null = null;
  /** Places along a side of the picture. */
  @property({ type: Number }) grid = 1;
  /** Places along a side of a group. */
  @property({ type: Number }) window = 1;
  /** By place [grid · grid], coloured from 0 to `highest`; or null. */
  @property({ attribute: false }) values: Float32Array | null = null;
  @property({ type: Number }) highest = 1;
  @property({ attribute: false }) place: Place = { row: 0, column: 0 };
  /** What it shows, for those who do not see it. */
  @property() label = '';

  @query('.picture') private readonly picture!: HTMLCanvasElement;
  @query('.heat') private readonly heat!: HTMLCanvasElement;

  override render() {
    return html`
      <div
        class="frame"
        role="application"
        tabindex="0"
        aria-label=${this.label}
        aria-roledescription="picture with places"
        ?data-coloured=${this.values !== null}
        @keydown=${this.#onKey}
        @pointermove=${this.#onPointer}
        @pointerdown=${this.#onPointer}
      >
        <canvas class="picture" aria-hidden="true"></canvas>
        <canvas class="heat" aria-hidden="true" ?hidden=${this.values === null}></canvas>
        ${this.#marks()}
      </div>
    `;
  }

  #marks() {
    const { grid, window } = this;
    const { row, column } = this.place;
    const lines = Array.from({ length: grid / window - 1 }, (_, i) => (i + 1) * window);
    return html`<svg viewBox="0 0 ${grid} ${grid}" aria-hidden="true">
      ${this.values === null ? svg`<path class="dim" fill-rule="evenodd" d=${this.#outsideGroup()} />` : nothing}
      <path class="groups" d=${lines.map((at) => `M${at} 0V${grid}M0 ${at}H${grid}`).join('')} />
      <rect class="place under" x=${column} y=${row} width="1" height="1" />
      <rect class="place" x=${column} y=${row} width="1" height="1" />
    </svg>`;
  }

  #outsideGroup(): string {
    const { grid, window, place } = this;
    const [x, y] = [place.column, place.row].map((at) => Math.floor(at / window) * window);
    return `M0 0H${grid}V${grid}H0ZM${x} ${y}h${window}v${window}h${-window}Z`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('pixels') && this.pixels !== null) paint(this.picture, this.pixels);
    const { values, grid, highest } = this;
    if (values !== null && (changed.has('values') || changed.has('highest'))) {
      paint(this.heat, { width: grid, height: grid, data: coloured(values, highest) });
    }
  }

  readonly #onKey = (event: KeyboardEvent) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const place = hasModifier ? null : moved(this.place, event.key, this.grid);
    if (place === null) return;
    event.preventDefault();
    this.#choose({ place, byKey: true });
  };

  /** A mouse chooses as it passes; a finger where it touches, so that the page can still be scrolled. */
  readonly #onPointer = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.pointerType !== 'mouse') return;
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    const at = (share: number) => Math.min(Math.max(Math.floor(share * this.grid), 0), this.grid - 1);
    const place = { row: at((event.clientY - top) / height), column: at((event.clientX - left) / width) };
    if (place.row !== this.place.row || place.column !== this.place.column) this.#choose({ place, byKey: false });
  };

  #choose(detail: PlaceChange): void {
    this.dispatchEvent(new CustomEvent<PlaceChange>('place-change', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-attention-picture': AttentionPicture;
  }
}
