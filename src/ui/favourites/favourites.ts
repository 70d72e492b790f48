import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import { caption } from '../format/caption.ts';
import { Outcome } from '../outcome/outcome.ts';
import '../progress/progress.ts';
import { FileDrop } from '../sharing/file-drop.ts';
import { saveFile } from '../sharing/hand-over.ts';
import { settingsOfPicture } from '../sharing/picture-file.ts';
import { StoreController } from '../store/store-controller.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { heart } from '../styles/icons.ts';
import { round } from '../styles/round.styles.ts';
import { section } from '../styles/section.styles.ts';
import { tiles } from '../styles/tiles.styles.ts';
import { type Favourite, keyOfImage } from './favourite.ts';
import { styles } from './favourites.styles.ts';
import { favourites } from './favourites-store.ts';
import './heart.ts';
import { ImportController } from './import-controller.ts';
import { ObjectUrls } from './object-urls.ts';
import { backWords, keptWords } from './words.ts';

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
  static override styles = [base, controls, round, section, tiles, styles];

  /** The model that draws. */
  @property({ attribute: false }) info: ModelInfo | null = null;
  /** The picture that is shown, which is marked among the favourites. */
  @property({ attribute: false }) image: GeneratedImage | null = null;

  /** What “put back” puts back, until something else is done. */
  @state() private removed: readonly Favourite[] = [];
  @state() private showsAll = false;
  @query('input') private readonly input!: HTMLInputElement;

  /** The button with the focus has just gone. */
  #losesFocus = false;
  readonly #outcome = new Outcome(this);
  readonly #import = new ImportController(this, favourites);
  readonly #urls = new ObjectUrls<string>(this);

  constructor() {
    super();
    new FileDrop(this, (file) => this.#take(file), isZip);
    new StoreController(this, favourites);
  }

  protected override willUpdate(): void {
    const { activeElement } = this.renderRoot as ShadowRoot;
    this.#losesFocus = this.#import.progress === null && activeElement?.localName === 'elit-progress';
  }

  protected override updated(): void {
    if (this.#losesFocus) this.#focus('.import');
  }

  override render() {
    const list = favourites.list ?? [];
    return html`
      <section aria-labelledby="favourites">
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
          <p class="words" aria-live="polite" ?data-failed=${this.#outcome.hasFailed}>${this.#outcome.words}</p>
          ${
            this.removed.length === 0
              ? nothing
              : html`<button class="button" type="button" @click=${this.#onUndo}>${backWords(this.removed.length)}</button>`
          }
        </div>
        ${list.length === 0 ? nothing : this.#list(list)}
      </section>
    `;
  }

  #progress() {
    const { progress } = this.#import;
    if (progress === null) return nothing;
    const { done, total } = progress;
    return html`<elit-progress
      label="Importing favourites"
      amount="${done} of ${total} pictures"
      .fraction=${done / total}
      @cancel-request=${() => this.#import.cancel()}
    ></elit-progress>`;
  }

  #list(list: readonly Favourite[]) {
    const shown = this.showsAll ? list : list.slice(0, SHOWN);
    const current = keyOfImage(this.image, this.info);
    return html`
      <ol aria-labelledby="favourites">${repeat(
        shown,
        ({ key }) => key,
        (each) => this.#tile(each, each.key === current),
      )}</ol>
      ${
        shown.length === list.length
          ? nothing
          : html`<button class="button" type="button" @click=${this.#onShowAll}>
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
        class="remove round"
        type="button"
        aria-label="Remove from favourites: ${words}, budget ${budget}"
        title="Remove from favourites"
        @click=${(event: MouseEvent) => this.#onRemove(event, favourite)}
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

  /** The second click of a double one is not for the favourite that has come under the pointer. */
  #onRemove({ detail }: MouseEvent, favourite: Favourite): void {
    if (detail > 1) return;
    void this.#try(async () => {
      const place = (favourites.list ?? []).findIndex(({ key }) => key === favourite.key);
      await favourites.remove(favourite.key);
      this.removed = [favourite, ...this.removed];
      await this.updateComplete;
      const last = this.renderRoot.querySelectorAll('.remove').length - 1;
      if (last < 0) this.#focus('.import');
      else this.#focus('.remove', Math.min(place, last));
      return `Removed: ${caption(favourite.picture.settings)}.`;
    });
  }

  #focus(selector: string, place = 0): void {
    this.renderRoot.querySelectorAll<HTMLElement>(selector)[place]?.focus();
  }

  readonly #onUndo = () => {
    const { removed } = this;
    void this.#try(async () => {
      await favourites.keep(removed);
      this.removed = [];
      this.#focus('.import');
      return removed.length === 1 ? 'It is back.' : 'They are back.';
    });
  };

  readonly #onShowAll = async () => {
    this.showsAll = true;
    await this.updateComplete;
    this.#focus('.tile', SHOWN); // the button that had the focus is gone
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
    this.removed = [];
    void this.#try(() => this.#import.take(file));
  }

  #try(work: () => Promise<string>): Promise<void> {
    this.#outcome.clear(); // said anew, the same words are heard again
    return this.#outcome.of(work);
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
