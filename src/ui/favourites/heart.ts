import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { pictureFile } from '../sharing/picture-file.ts';
import { StoreController } from '../store/store-controller.ts';
import { base } from '../styles/base.styles.ts';
import { heart } from '../styles/icons.ts';
import { favouriteKey, favouriteOf } from './favourite.ts';
import { favourites } from './favourites-store.ts';

/**
 * Keeps a picture among the favourites, or no longer. There is none for a picture from noise of its own, which nothing
 * could tell from the next.
 */
@customElement('elit-heart')
export class Heart extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: relative;
        display: inline-block;
        --heart-size: var(--touch);
      }
      button {
        display: grid;
        place-items: center;
        inline-size: var(--heart-size);
        block-size: var(--heart-size);
        padding: 0;
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: 50%;
        cursor: pointer;
      }
      button:hover {
        border-color: var(--ink);
      }
      svg {
        inline-size: 55%;
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
  @state() private failure = '';
  #isBusy = false;

  constructor() {
    super();
    new StoreController(this, favourites);
  }

  /** What was said of one picture does not hold for the next. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('image') || changed.has('info')) this.failure = '';
  }

  override render() {
    const key = this.#key();
    if (key === null) return nothing;
    const isKept = favourites.has(key);
    return html`
      <button
        type="button"
        aria-label=${this.label}
        title=${isKept ? 'Kept in favourites' : this.label}
        aria-pressed=${isKept}
        @click=${this.#onClick}
      >${heart}</button>
      <p role="status">${this.failure}</p>
    `;
  }

  #key(): string | null {
    const { image, info } = this;
    if (image === null || info === null) return null;
    return favouriteKey({ model: info.name, hash: info.hash, settings: image.settings });
  }

  async #onClick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#toggle();
      this.failure = '';
    } catch (thrown) {
      const { message, hint } = ElitError.from(thrown);
      this.failure = `${message} ${hint}`;
    } finally {
      this.#isBusy = false;
    }
  }

  async #toggle(): Promise<void> {
    const { image, info } = this;
    const key = this.#key();
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
