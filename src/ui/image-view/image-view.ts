import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { GeneratedImage, Pixels } from '../../generator/types.ts';
import type { ImageState } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { frame } from '../styles/frame.styles.ts';
import { styles } from './image-view.styles.ts';
import { paint } from './paint.ts';

/**
 * Shows pixels over a checkerboard that stands for transparency. It keeps its own copy of the last finished
 * image: a preview lies over it only for as long as it is set.
 *
 * The canvas is the page's public test interface: role img, named “Generated image”, with
 * - `data-state`: busy, done or error;
 * - `data-backend`: what drew the finished image;
 * - `data-settings`: JSON of the finished image's settings (both are absent before the first).
 *
 * @fires {CustomEvent<Pixels>} painted - when the canvas shows other pixels, with these
 * @slot - shown in the middle of the empty frame until there is something to see
 */
@customElement('elit-image-view')
export class ImageView extends LitElement {
  static override styles = [base, frame, styles];

  /** The last finished image. */
  @property({ attribute: false }) image: GeneratedImage | null = null;
  /** What the pixels that are shown instead are, in words; empty without a word. */
  @property() label = '';
  /** Unfinished pixels to show instead, or null. */
  @property({ attribute: false }) preview: Pixels | null = null;
  @property({ reflect: true }) state: ImageState = 'done';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  override render() {
    const isEmpty = this.image === null && this.preview === null;
    return html`
      <div class="frame" ?data-empty=${isEmpty}>
        <canvas
          role="img"
          aria-label="Generated image"
          width="128"
          height="128"
          data-state=${this.state}
          @contextrestored=${this.#repaint}
        ></canvas>
        ${this.label === '' ? nothing : html`<p class="label">${this.label}</p>`}
        <div class="placeholder" ?hidden=${!isEmpty}><slot></slot></div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('image') || changed.has('preview')) this.#repaint();
    if (changed.has('image') && this.image !== null) {
      this.canvas.dataset.backend = this.image.backend;
      this.canvas.dataset.settings = JSON.stringify(this.image.settings);
    }
  }

  /** Also when the browser has emptied the canvas, as after a crash of its GPU process. */
  #repaint(): void {
    const pixels = this.preview ?? this.image;
    if (pixels === null) return;
    paint(this.canvas, pixels);
    this.dispatchEvent(new CustomEvent<Pixels>('painted', { detail: pixels }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-image-view': ImageView;
  }
}
