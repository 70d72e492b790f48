import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { Outcome } from '../outcome/outcome.ts';
import { pictureFile } from '../sharing/picture-file.ts';
import { StoreController } from '../store/store-controller.ts';
import { base } from '../styles/base.styles.ts';
import { heart } from '../styles/icons.ts';
import { round } from '../styles/round.styles.ts';
import { favouriteOf, keyOfImage } from './favourite.ts';
import { favourites } from './favourites-store.ts';

/**
 * Keeps a picture among the favourites, or no longer. There is none for a picture from noise of its own, which nothing
 * could tell from the next.
 */
@customElement('elit-heart')
export class Heart extends LitElement {
  static override styles = [
    base,
    round,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      [aria-pressed='true'] {
        color: var(--danger);
      }
      [aria-pressed='true'] svg {
        fill: currentColor;
      }
      /* Over what is around it, and only while there is something to say. */
      p {
        position: absolute;
        z-index: 2;
        inset-block-start: 100%;
        inset-inline-start: 0;
        inline-size: max-content;
        max-inline-size: min(16rem, 60vw);
        margin: var(--space-1) 0 0;
        padding: var(--space-2) var(--space-3);
        color: var(--danger);
        font-size: var(--text-small);
        background: var(--danger-soft);
        border: 1px solid var(--danger-line);
        border-radius: var(--radius);
      }
      p:empty {
        display: none;
      }
    `,
  ];

  @property({ attribute: false }) image: GeneratedImage | null = null;
  @property({ attribute: false }) info: Pick<ModelInfo, 'name' | 'hash'> | null = null;
  /** The button's name, which is to say which picture it is for where there are several. */
  @property() label = 'Keep in favourites';

  /** Why the picture is not kept. */
  readonly #outcome = new Outcome(this);
  #isBusy = false;

  constructor() {
    super();
    new StoreController(this, favourites);
  }

  /** What was said of one picture does not hold for the next. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('image') || changed.has('info')) this.#outcome.clear();
  }

  override render() {
    const key = keyOfImage(this.image, this.info);
    if (key === null) return nothing;
    const isKept = favourites.has(key);
    return html`
      <button
        class="round"
        type="button"
        aria-label=${this.label}
        title=${isKept ? 'Kept in favourites' : this.label}
        aria-pressed=${isKept}
        @click=${this.#onClick}
      >${heart}</button>
      <p role="status">${this.#outcome.words}</p>
    `;
  }

  async #onClick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    await this.#outcome.of(async () => {
      await this.#toggle();
      return '';
    });
    this.#isBusy = false;
  }

  async #toggle(): Promise<void> {
    const { image, info } = this;
    const key = keyOfImage(image, info);
    if (image === null || info === null || key === null) return;
    if (favourites.has(key)) return favourites.remove(key);
    const file = await pictureFile(image, info, image.width);
    await favourites.keep([favouriteOf(new Uint8Array(await file.arrayBuffer()), Date.now())]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-heart': Heart;
  }
}
