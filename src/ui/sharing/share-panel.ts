import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { copyText } from '../copy/copy-text.ts';
import { Outcome } from '../outcome/outcome.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';
import { select } from '../styles/select.styles.ts';
import { FileDrop } from './file-drop.ts';
import { copyPicture, saveFile } from './hand-over.ts';
import { type ModelId, otherModelWords, shareLink } from './share-link.ts';
import { styles } from './share-panel.styles.ts';

const SIZES = [128, 256, 512];

/**
 * Hands the picture on, as a link, a file or through the clipboard, and takes the settings of a downloaded one back:
 * from a file that is chosen, or dropped anywhere on the page.
 *
 * @fires {CustomEvent<Partial<Draft>>} restore - with the settings that a picture carried
 */
@customElement('elit-share-panel')
export class SharePanel extends LitElement {
  static override styles = [base, controls, select, styles];

  /** The last finished image; nothing can be shared before it. */
  @property({ attribute: false }) image: GeneratedImage | null = null;
  @property({ attribute: false }) info: ModelInfo | null = null;
  /** The model that the page's address was made with, or null. */
  @property({ attribute: false }) madeBy: ModelId | null = null;
  /** The page that a link opens; this one when empty. */
  @property() address = '';

  @state() private size = SIZES[0]!;
  @query('pre') private readonly linkText!: HTMLPreElement;
  @query('input') private readonly input!: HTMLInputElement;

  #isRestoring = false;
  readonly #outcome = new Outcome(this);
  readonly #drop = new FileDrop(this, (file) => void this.#outcome.of(() => this.#restore(file)));

  override render() {
    const isEmpty = this.image === null || this.info === null;
    return html`
      <section aria-labelledby="title" ?data-dropping=${this.#drop.isOver}>
        <h2 id="title">Share</h2>
        <div class="actions">
          <button class="button" type="button" ?disabled=${isEmpty} @click=${this.#onCopyLink}>Copy link</button>
          <button class="button" type="button" ?disabled=${isEmpty} @click=${this.#onCopyImage}>Copy image</button>
          <div class="download">
            <button class="button" type="button" ?disabled=${isEmpty} @click=${this.#onDownload}>Download PNG</button>
            ${this.#sizes()}
          </div>
          <button class="button" type="button" ?disabled=${this.info === null} @click=${this.#onOpen}>Open PNG</button>
          <input type="file" accept="image/png" hidden aria-label="PNG to open" @change=${this.#onChosen} />
        </div>
        <p class="other" aria-live="polite">${otherModelWords(this.madeBy, this.info)}</p>
        <p class="words" aria-live="polite" ?data-failed=${this.#outcome.hasFailed}>${this.#outcome.words}</p>
        <p class="hint">A downloaded PNG keeps its settings. Drop it on this page, and it is drawn again.</p>
        <pre class="sr-only" aria-hidden="true">${this.#link()}</pre>
      </section>
    `;
  }

  /** What was said of one picture does not hold for the next, unless that one comes of what was said. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('image')) return;
    if (!this.#isRestoring) this.#outcome.clear();
    this.#isRestoring = false;
  }

  #sizes() {
    return html`<div class="box">
      <select class="field" aria-label="PNG size" @change=${this.#onSize}>
        ${SIZES.map((size) => html`<option value=${size} .selected=${size === this.size}>${size} px</option>`)}
      </select>
      ${chevron}
    </div>`;
  }

  /** Nothing where there is no link: before the first picture, or for one that no link can hold. */
  #link() {
    if (this.image === null || this.info === null) return nothing;
    const page = new URL(this.address || location.href, location.href);
    return shareLink(page, this.info, this.image.settings)?.href ?? nothing;
  }

  #onCopyLink(): Promise<void> {
    return this.#outcome.of(async () => {
      if (this.image?.settings.picture !== undefined) {
        const hint = 'Remove the picture, or download the PNG instead.';
        throw new ElitError('request-invalid', 'No link can hold the picture that this one started from.', hint);
      }
      if (this.#link() === nothing) {
        throw new ElitError(
          'request-invalid',
          'No link can hold noise of its own.',
          'Choose a seed, then copy the link.',
        );
      }
      const outcome = await copyText(this.linkText);
      return outcome === 'Copied' ? 'The link is copied.' : 'The link is selected: press Ctrl+C.';
    });
  }

  #onCopyImage(): Promise<void> {
    return this.#outcome.of(async () => {
      await copyPicture(this.#file());
      return 'The picture is copied.';
    });
  }

  #onDownload(): Promise<void> {
    return this.#outcome.of(async () => {
      const { image } = this;
      if (image === null) return '';
      const { pictureName } = await import('./picture-file.ts');
      saveFile(await this.#file(), pictureName(image));
      return '';
    });
  }

  async #file(): Promise<Blob> {
    const { image, info, size } = this;
    if (image === null || info === null) throw new Error('there is no picture yet');
    const { pictureFile } = await import('./picture-file.ts');
    return pictureFile(image, info, size);
  }

  async #restore(file: File): Promise<string> {
    const { info } = this;
    if (info === null) {
      throw new ElitError(
        'request-invalid',
        'The model has not loaded yet.',
        'Wait for it, then give the picture again.',
      );
    }
    const { readFile, settingsOfPicture } = await import('./picture-file.ts');
    const settings: Partial<Draft> = settingsOfPicture(await readFile(file), info);
    this.#isRestoring = true;
    this.dispatchEvent(new CustomEvent('restore', { detail: settings }));
    return 'The picture’s settings are back.';
  }

  #onSize(event: Event): void {
    this.size = Number((event.target as HTMLSelectElement).value);
  }

  #onOpen(): void {
    this.input.click();
  }

  #onChosen(): void {
    const file = this.input.files?.[0];
    if (file !== undefined) void this.#outcome.of(() => this.#restore(file));
    this.input.value = ''; // the same file may be chosen again
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-share-panel': SharePanel;
  }
}
