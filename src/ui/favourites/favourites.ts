import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { caption } from '../format/caption.ts';
import '../progress/progress.ts';
import { FileDrop } from '../sharing/file-drop.ts';
import { saveFile } from '../sharing/hand-over.ts';
import { readFile, settingsOfPicture } from '../sharing/picture-file.ts';
import { StoreController } from '../store/store-controller.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { heart } from '../styles/icons.ts';
import { section } from '../styles/section.styles.ts';
import { tiles } from '../styles/tiles.styles.ts';
import { type Favourite, favouriteKey } from './favourite.ts';
import { styles } from './favourites.styles.ts';
import { favourites } from './favourites-store.ts';
import './heart.ts';
import { ObjectUrls } from './object-urls.ts';
import { keptWords, takenWords } from './words.ts';

/** As many as fill some rows; the others come when they are asked for. */
const SHOWN = 24;

/**
 * The pictures that the user keeps on this device: to draw again, to take along as a zip, and to bring back from one,
 * which may also be dropped anywhere on the page.
 *
 * @fires {CustomEvent<Partial<Draft>>} restore - with the settings of a favourite that was chosen
 */
@customElement('elit-favourites')
export class FavouritesSection extends LitElement {
  static override styles = [base, controls, section, tiles, styles];

  /** The model that draws. */
  @property({ attribute: false }) info: ModelInfo | null = null;
  /** The picture that is shown, which is marked among the favourites. */
  @property({ attribute: false }) image: GeneratedImage | null = null;

  @state() private words = '';
  @state() private hasFailed = false;
  @state() private removed: Favourite | null = null;
  @state() private progress: { readonly done: number; readonly total: number } | null = null;
  @state() private showsAll = false;
  @query('input') private readonly input!: HTMLInputElement;

  #taking: AbortController | null = null;
  readonly #urls = new ObjectUrls<string>(this);
  readonly #drop = new FileDrop(this, (file) => this.#take(file), isZip);

  constructor() {
    super();
    new StoreController(this, favourites);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#taking?.abort();
  }

  override render() {
    const list = favourites.list ?? [];
    return html`
      <section aria-labelledby="favourites" ?data-dropping=${this.#drop.isOver}>
        <div class="head">
          <h2 id="favourites">Favourites</h2>
          <div class="actions">
            <button class="button" type="button" ?disabled=${list.length === 0} @click=${this.#onExport}>Export zip</button>
            <button class="button import" type="button" @click=${() => this.input.click()}>Import zip</button>
          </div>
          <input type="file" accept=".zip,application/zip" hidden aria-label="Zip to import" @change=${this.#onChosen} />
        </div>
        <p class="hint">${keptWords(favourites.list, favourites.problem)}</p>
        ${this.#progress()}
        <div class="said">
          <p class="words" aria-live="polite" ?data-failed=${this.hasFailed}>${this.words}</p>
          ${this.removed === null ? nothing : html`<button class="button" type="button" @click=${this.#onUndo}>Put it back</button>`}
        </div>
        ${list.length === 0 ? nothing : this.#list(list)}
      </section>
    `;
  }

  #progress() {
    if (this.progress === null) return nothing;
    const { done, total } = this.progress;
    return html`<elit-progress
      label="Importing favourites"
      amount="${done} of ${total} pictures"
      .fraction=${done / total}
      @cancel-request=${() => this.#taking?.abort()}
    ></elit-progress>`;
  }

  #list(list: readonly Favourite[]) {
    const shown = this.showsAll ? list : list.slice(0, SHOWN);
    const { image, info } = this;
    const current =
      image === null || info === null
        ? null
        : favouriteKey({ model: info.name, hash: info.hash, settings: image.settings });
    return html`
      <ol aria-labelledby="favourites">${shown.map((each) => this.#tile(each, each.key === current))}</ol>
      ${
        shown.length === list.length
          ? nothing
          : html`<button class="button" type="button" @click=${() => (this.showsAll = true)}>
              Show all ${list.length}
            </button>`
      }
    `;
  }

  #tile(favourite: Favourite, isShown: boolean) {
    const { key, png, picture } = favourite;
    const { subject, prompt, seed, budget } = picture.settings;
    const words = caption(picture.settings);
    return html`<li>
      <button
        class="tile"
        type="button"
        aria-label="Draw again: ${words}, budget ${budget}"
        title=${words}
        aria-current=${isShown ? 'true' : nothing}
        @click=${() => this.#restore(favourite)}
      >
        <span class="frame"><img src=${this.#urls.of(key, png)} alt="" /></span>
        <b>${prompt ?? subject}</b>
        <span>seed ${seed}</span>
        <span>budget ${budget}</span>
      </button>
      <button
        class="remove"
        type="button"
        aria-label="Remove from favourites: ${words}, budget ${budget}"
        title="Remove from favourites"
        @click=${() => this.#remove(favourite)}
      >${heart}</button>
    </li>`;
  }

  #restore({ png }: Favourite): void {
    void this.#try(async () => {
      if (this.info === null) {
        throw new ElitError('request-invalid', 'The model has not loaded yet.', 'Wait for it, then choose again.');
      }
      const settings = settingsOfPicture(png, this.info);
      this.dispatchEvent(new CustomEvent<Partial<Draft>>('restore', { detail: settings }));
      return '';
    });
  }

  #remove(favourite: Favourite): void {
    void this.#try(async () => {
      const place = (favourites.list ?? []).findIndex(({ key }) => key === favourite.key);
      await favourites.remove(favourite.key);
      this.removed = favourite;
      await this.updateComplete;
      const hearts = this.renderRoot.querySelectorAll<HTMLElement>('.remove');
      (hearts[Math.min(place, hearts.length - 1)] ?? this.renderRoot.querySelector<HTMLElement>('.import'))?.focus();
      return 'One favourite is removed.';
    });
  }

  readonly #onUndo = () => {
    const { removed } = this;
    if (removed === null) return;
    void this.#try(async () => {
      await favourites.keep([removed]);
      this.removed = null;
      this.renderRoot.querySelector<HTMLElement>('.import')?.focus();
      return 'It is back.';
    });
  };

  readonly #onExport = () => {
    void this.#try(async () => {
      const { archiveOf } = await import('./archive.ts');
      const zip = new Blob([archiveOf(favourites.list ?? [])], { type: 'application/zip' });
      saveFile(zip, `elit-favourites-${new Date().toISOString().slice(0, 10)}.zip`);
      return '';
    });
  };

  readonly #onChosen = () => {
    const file = this.input.files?.[0];
    if (file !== undefined) this.#take(file);
    this.input.value = ''; // the same file may be chosen again
  };

  #take(file: File): void {
    this.#taking?.abort();
    const taking = new AbortController();
    this.#taking = taking;
    void this.#try(async () => {
      try {
        const { takeArchive } = await import('./take-archive.ts');
        const { favourites: found, refused } = await takeArchive(await readFile(file), {
          signal: taking.signal,
          onProgress: (done, total) => {
            this.progress = { done, total };
          },
        });
        return takenWords(found.length, (await favourites.keep(found)).length, refused);
      } catch (thrown) {
        if (taking.signal.aborted) return 'Nothing was imported.';
        throw thrown;
      } finally {
        if (this.#taking === taking) this.progress = null;
      }
    });
  }

  /** Says what became of it: `work`'s words, or what went wrong and what to do. */
  async #try(work: () => Promise<string>): Promise<void> {
    try {
      const before = this.removed;
      const words = await work();
      if (this.removed === before) this.removed = null;
      this.hasFailed = false;
      this.words = words;
    } catch (thrown) {
      const { message, hint } = ElitError.from(thrown);
      this.hasFailed = true;
      this.words = `${message} ${hint}`;
    }
  }
}

function isZip({ type, name }: File): boolean {
  return /^application\/(x-)?zip/.test(type) || /\.zip$/i.test(name);
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-favourites': FavouritesSection;
  }
}
