import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import '../favourites/heart.ts';
import { Paintings } from '../image-view/paint.ts';
import '../progress/progress.ts';
import type { DrawAside } from '../generation/aside.ts';
import type { Draft } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';
import { section } from '../styles/section.styles.ts';
import { select } from '../styles/select.styles.ts';
import { tiles } from '../styles/tiles.styles.ts';
import { styles } from './gallery.styles.ts';
import { isOld, type SeedPicture, type SeedSheet, SIZES } from './seed-sheet.ts';
import { SheetController } from './sheet-controller.ts';
import './variations.ts';

/**
 * More pictures of what is set: a sheet of the seeds that follow, and variations between two seeds. Nothing is drawn
 * before it is asked for.
 *
 * @fires {CustomEvent<Partial<Draft>>} draft-change - when a seed or a variation is chosen
 * @fires {CustomEvent<Partial<Draft>>} draft-drag - while the amount of variation moves
 * @fires {CustomEvent<Partial<Draft>>} draft-edit - while the seed of a variation is typed
 * @fires draft-rest - when either is over
 */
@customElement('elit-gallery')
export class Gallery extends LitElement {
  static override styles = [base, controls, section, select, tiles, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  @property({ attribute: false }) draft: Draft | null = null;
  /** Draws beside the user's own pictures. */
  @property({ attribute: false }) drawAside: DrawAside | null = null;

  @state() private count: number = SIZES[0];
  readonly #sheets = new SheetController(this);
  readonly #paintings = new Paintings();

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('info');
    if (before && (before.name !== this.info?.name || before.hash !== this.info?.hash)) this.#sheets.clear();
    if (changed.has('draft') && this.draft !== null) this.#sheets.follow(this.draft);
  }

  override render() {
    const { draft } = this;
    const { sheet } = this.#sheets;
    const isOutdated = sheet !== null && draft !== null && isOld(sheet, draft);
    return html`
      <section aria-labelledby="more">
        <div class="head">
          <h2 id="more">More seeds</h2>
          ${this.#sizes()}
          ${this.#button(sheet, isOutdated)}
        </div>
        <p class="hint" aria-live="polite">${words(sheet, isOutdated)}</p>
        ${sheet === null ? nothing : this.#sheet(sheet, isOutdated)}
      </section>
      <elit-variations
        .draft=${draft}
        .drawAside=${this.drawAside}
        .model=${this.info?.hash ?? ''}
      ></elit-variations>
    `;
  }

  #sizes() {
    return html`<div>
      <label for="count">How many</label>
      <div class="box">
        <select id="count" class="field" @change=${this.#onCount}>
          ${SIZES.map((size) => html`<option value=${size} ?selected=${size === this.count}>${size}</option>`)}
        </select>
        ${chevron}
      </div>
    </div>`;
  }

  #button(sheet: SeedSheet | null, isOutdated: boolean) {
    if (sheet?.state === 'drawing') return nothing;
    const goesOn = sheet?.state === 'stopped' && !isOutdated && sheet.pictures.length === this.count;
    const disabled = this.draft === null || !Number.isInteger(this.draft.seed);
    return html`<button
      class="button"
      type="button"
      ?disabled=${disabled}
      @click=${() => this.#start(goesOn)}
    >${goesOn ? 'Go on with the seeds' : `Draw ${this.count} seeds`}</button>`;
  }

  #sheet({ pictures, state }: SeedSheet, isOutdated: boolean) {
    const drawn = pictures.filter(({ image }) => image !== null).length;
    return html`
      ${
        state === 'drawing'
          ? html`<elit-progress
              label="Drawing the sheet"
              amount="${drawn} of ${pictures.length} pictures"
              .fraction=${drawn / pictures.length}
              @cancel-request=${() => this.#sheets.stop()}
            ></elit-progress>`
          : nothing
      }
      <ol aria-label="Pictures by seed" ?data-old=${isOutdated}>${pictures.map((each) => this.#picture(each))}</ol>
    `;
  }

  #picture({ seed, image }: SeedPicture) {
    const { draft } = this;
    const isShown = draft?.seed === seed && draft.noise === null && draft.variation === undefined;
    return html`<li>
      <button
        class="tile"
        type="button"
        aria-label="Seed ${seed}${image === null ? ': not drawn yet' : ''}"
        aria-current=${isShown ? 'true' : nothing}
        @click=${() => this.#emit({ seed, noise: null, variation: undefined })}
      >
        <span class="frame">${image === null ? nothing : html`<canvas></canvas>`}</span>
        <b>${seed}</b>
      </button>
      ${
        image === null
          ? nothing
          : html`<elit-heart .image=${image} .info=${this.info} label="Keep seed ${seed} in favourites"></elit-heart>`
      }
      <button
        class="vary"
        type="button"
        aria-label="Vary towards seed ${seed}"
        @click=${() => this.#vary(seed)}
      >Vary to it</button>
    </li>`;
  }

  protected override updated(): void {
    const drawn = (this.#sheets.sheet?.pictures ?? []).flatMap(({ image }) => (image === null ? [] : [image]));
    this.#paintings.paint(this.renderRoot.querySelectorAll('canvas'), drawn);
  }

  #start(goesOn: boolean): void {
    const { draft, drawAside } = this;
    if (draft === null || drawAside === null) return;
    void (goesOn ? this.#sheets.goOn(drawAside) : this.#sheets.start(draft, this.count, drawAside));
  }

  #vary(seed: number): void {
    this.#emit({ variation: { seed, amount: this.draft?.variation?.amount ?? 0.5 }, noise: null });
  }

  readonly #onCount = (event: Event) => {
    this.count = Number((event.target as HTMLSelectElement).value);
  };

  #emit(detail: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent<Partial<Draft>>('draft-change', { detail }));
  }
}

function words(sheet: SeedSheet | null, isOutdated: boolean): string {
  if (isOutdated) return 'These seeds were drawn with other settings than those above.';
  if (sheet?.problem) return `The sheet stopped: ${sheet.problem}`;
  if (sheet?.state === 'stopped') return 'Stopped.';
  return 'The seeds after the one that is set, with the same settings. Press one to make it the picture’s seed.';
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-gallery': Gallery;
  }
}
