import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { GeneratedImage, Pixels } from '../../generator/types.ts';
import type { ImageState } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { styles } from './image-view.styles.ts';

/**
 * Shows pixels over a checkerboard that stands for transparency. It keeps its own copy of the last finished
 * image: a preview lies over it only for as long as it is set.
 *
 * The canvas is the page's public test interface: role img, named “Generated image”, with
 * - `data-state`: busy, done or error;
 * - `data-backend`: what drew the finished image;
 * - `data-settings`: JSON of the finished image's settings (both are absent before the first).
 *
 * @slot - shown in the middle of the empty frame until there is something to see
 */
@customElement('elit-image-view')
export class ImageView extends LitElement {
  static override styles = [base, styles];

  /** The last finished image. */
  @property({ attribute: false }) image: GeneratedImage | null = null;
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
    this.#paint(this.preview ?? this.image);
  }

  #paint(pixels: Pixels | null): void {
    if (pixels === null) return;
    const { width, height, data } = pixels;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    // On the CPU: pictures are small, arrive as bytes, and are read back by whoever copies or tests them.
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    context?.putImageData(new ImageData(data, width, height), 0, 0);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-image-view': ImageView;
  }
}
