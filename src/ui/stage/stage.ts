import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { GeneratedImage, Pixels } from '../../generator/types.ts';
import '../comparison/comparison.ts';
import '../error-notice/error-notice.ts';
import { loadFavourites } from '../favourites/load-favourites.ts';
import { caption, draftWords } from '../format/caption.ts';
import { type Drawing, drawProgress } from '../format/draw-progress.ts';
import { loadWords } from '../format/load-progress.ts';
import '../image-view/image-view.ts';
import '../progress/progress.ts';
import type { Recorded } from '../recorded-strip/recorded-strip-controller.ts';
import { imageState, initialState, isCurrent, type StudioState } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { MENDING_WORDS } from './mending-words.ts';
import { styles } from './stage.styles.ts';
import { tierWords } from './tier-words.ts';

/**
 * The picture, or the pinned one beside it, and the lines under it: what it shows, how far the next one is, and what
 * draws. While there is no picture its frame says why.
 *
 * @fires pin - when the picture is to become A
 * @fires unpin - when the comparison is over
 * @fires retry - when what failed, was cancelled or is stale is to be drawn or loaded
 * @fires cancel-request - when what is under way is to stop
 * @fires {CustomEvent<Pixels>} painted - with what has come onto the canvas
 */
@customElement('elit-stage')
export class Stage extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) state: StudioState = initialState;
  /** Whether there is a model to load. */
  @property({ type: Boolean }) loadable = false;
  /** A recorded picture to show while there is none. */
  @property({ attribute: false }) recorded: Recorded | null = null;
  /** What a report of an error holds besides the error. */
  @property() report = '';

  override render() {
    const { image, draftImage, pinned, preview, activity, info } = this.state;
    return html`
      <section aria-label="Picture">
        ${pinned === null ? this.#corners() : this.#comparison(pinned)}
        <elit-image-view
          ?hidden=${pinned !== null}
          .image=${image}
          .preview=${preview ?? draftImage ?? this.recorded?.pixels ?? null}
          .label=${this.#label()}
          .state=${imageState(activity)}
          @painted=${(event: CustomEvent<Pixels>) => this.#emit('painted', event.detail)}
        >
          ${image === null ? this.#placeholder() : nothing}
        </elit-image-view>
        <div class="below" ?data-compared=${pinned !== null}>${this.#belowPicture()}</div>
        <p class="condition" aria-live="polite">${this.#condition()}</p>
        ${info?.unkept ? html`<p class="condition">${info.unkept.message} ${info.unkept.hint}</p>` : nothing}
      </section>
    `;
  }

  /** What is shown in place of a finished picture. */
  #label(): string {
    const { draftImage, preview } = this.state;
    if (preview !== null) return '';
    return draftImage === null ? (this.recorded?.label ?? '') : draftWords(draftImage.settings);
  }

  /** What is done with the finished picture, over its corners. */
  #corners() {
    const { image, info } = this.state;
    if (image === null) return nothing;
    loadFavourites();
    return html`
      <elit-heart class="corner" .image=${image} .info=${info}></elit-heart>
      <button class="button corner pin" type="button" @click=${() => this.#emit('pin')}>Pin as A</button>
    `;
  }

  /** In the picture's place. */
  #comparison(a: GeneratedImage) {
    const { image, draftImage, preview } = this.state;
    return html`<elit-comparison
      .a=${a}
      .b=${image}
      .preview=${preview ?? draftImage}
      @unpin=${() => this.#emit('unpin')}
    ></elit-comparison>`;
  }

  /** What stands in the frame while there is no picture. */
  #placeholder() {
    const { activity, info } = this.state;
    switch (activity.kind) {
      case 'failed':
        return html`<elit-error-notice
          .error=${activity.error}
          .context=${this.report}
          @retry=${this.#retry}
        ></elit-error-notice>`;
      case 'loading':
        return this.#loadProgress();
      case 'drawing':
        return html`<p class="quiet">Drawing the first picture</p>`;
      case 'idle':
        if (!this.loadable || info !== null) return html`<p class="quiet">No picture yet</p>`;
        return html`<button class="button primary" type="button" @click=${this.#retry}>Load the model</button>`;
    }
  }

  /** The line under the picture: what it shows, how far the next one is, or a way to draw it. */
  #belowPicture() {
    const { activity, image, draft } = this.state;
    if (activity.kind === 'loading') return image === null && this.recorded === null ? nothing : this.#loadProgress();
    const isStale = activity.kind === 'idle' && draft !== null && !isCurrent(this.state);
    return html`
      <p class="caption" ?data-covered=${activity.kind === 'drawing'}>${image === null ? '' : caption(image.settings)}</p>
      ${isStale ? html`<button class="button" type="button" @click=${this.#retry}>Draw</button>` : nothing}
      ${activity.kind === 'drawing' ? this.#drawProgress(activity) : nothing}
    `;
  }

  #drawProgress(activity: Drawing) {
    const { label, amount, fraction } = drawProgress(activity);
    return keyed(
      this.state.runs,
      html`<elit-progress
        class="late"
        .label=${label}
        .amount=${amount}
        .fraction=${fraction}
        @cancel-request=${this.#cancel}
      ></elit-progress>`,
    );
  }

  #loadProgress() {
    const { activity } = this.state;
    if (activity.kind !== 'loading') return nothing;
    const { label, amount } = loadWords(activity.progress);
    return html`<elit-progress
      class="loading"
      .label=${label}
      .amount=${amount}
      .fraction=${activity.fraction}
      @cancel-request=${this.#cancel}
    ></elit-progress>`;
  }

  /** What draws and why, and what it cannot do; for as long as it is news, what was done about a fault. */
  #condition(): string {
    const { mending, info } = this.state;
    if (mending !== null) return MENDING_WORDS[mending];
    return info === null ? '' : `${info.backendReason} ${tierWords(info)}`;
  }

  readonly #retry = () => this.#emit('retry');
  readonly #cancel = () => this.#emit('cancel-request');

  #emit(type: string, detail?: Pixels): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-stage': Stage;
  }
}
