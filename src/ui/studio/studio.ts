import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { ElitError } from '../../errors.ts';
import type { GeneratorOptions } from '../../generator/generator.ts';
import type { GeneratedImage, ModelInfo, Pixels } from '../../generator/types.ts';
import { caption, draftWords } from '../format/caption.ts';
import { loadWords } from '../format/load-progress.ts';
import { GenerationController, type LoadEngine } from '../generation/generation-controller.ts';
import { loadGenerator } from '../generation/load-generator.ts';
import { Store } from '../store/store.ts';
import { StoreController } from '../store/store-controller.ts';
import { type Draft, imageState, initialState, isCurrent, reduce } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import '../budget-slider/budget-slider.ts';
import '../comparison/comparison.ts';
import '../device-panel/device-panel.ts';
import '../error-notice/error-notice.ts';
import { loadHowItWorks } from '../how-it-works/load-how-it-works.ts';
import '../history/history-buttons.ts';
import '../image-view/image-view.ts';
import { runOf } from '../latency/history.ts';
import '../latency/latency.ts';
import '../progress/progress.ts';
import '../settings-panel/settings-panel.ts';
import { SettledController } from '../sharing/settled-controller.ts';
import type { ModelId } from '../sharing/share-link.ts';
import '../sharing/share-panel.ts';
import '../trade-off/trade-off.ts';
import type { DrawAside } from '../trade-off/strip-controller.ts';
import { firstDraft } from './first-draft.ts';
import { MENDING_WORDS } from './mending-words.ts';
import { report } from './report.ts';
import { styles } from './studio.styles.ts';
import { tierWords } from './tier-words.ts';

/**
 * The whole studio: loads a model, draws with it whenever a setting changes, and keeps the last finished image
 * through every cancel and error.
 *
 * @fires {CustomEvent<Settled>} settled - when a finished picture stands and nothing newer is under way; never a draft
 *
 * @example <elit-studio model="models/emoji-128/"></elit-studio>
 */
@customElement('elit-studio')
export class Studio extends LitElement {
  static override styles = [base, controls, styles];

  /** Address of the model's folder. Nothing is loaded before it is set. */
  @property() model: string | null = null;
  /** The backend that has to draw; null leaves the choice to the generator. */
  @property() backend: NonNullable<GeneratorOptions['backend']> | null = null;
  /** Settings to start with in place of the model's defaults. */
  @property({ attribute: false }) settings: Partial<Draft> = {};
  /** The model that the address in use was made with, to say so when it is another one. */
  @property({ attribute: false }) madeBy: ModelId | null = null;
  /** Where engines come from; another one serves tests and other ways of running the model. */
  @property({ attribute: false }) loadEngine: LoadEngine = loadGenerator;

  readonly #store = new Store(initialState, reduce);
  readonly #generation = new GenerationController(this, this.#store, (url, options) =>
    this.loadEngine(url, this.backend === null ? options : { ...options, backend: this.backend }),
  );

  constructor() {
    super();
    new StoreController(this, this.#store);
    new SettledController(this, this.#store);
  }

  /**
   * Starting noise [C·H·W] to draw from in place of the seed's, to reproduce an image whose noise was recorded.
   * Setting it draws; null, or a new seed, goes back to seeds.
   */
  get noise(): Float32Array | null {
    return this.#store.state.draft?.noise ?? null;
  }

  set noise(noise: Float32Array | null) {
    this.#change({ noise });
  }

  /** Shows an error that arose outside, such as an address that asks for what does not exist. */
  fail(error: ElitError): void {
    this.#store.dispatch({ type: 'failed', error: error.toData() });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('model') || this.model === null) return;
    const { settings } = this;
    void this.#generation.load(this.model, (info) => firstDraft(info, settings));
  }

  override render() {
    const { image, draftImage, pinned, preview, activity, info, history } = this.#store.state;
    return html`
      <div class="column picture">
        <section class="stage" aria-label="Picture">
          ${pinned === null ? this.#pin() : this.#comparison(pinned)}
          <elit-image-view
            ?hidden=${pinned !== null}
            .image=${image}
            .preview=${preview ?? draftImage}
            .label=${preview === null && draftImage !== null ? draftWords(draftImage.settings) : ''}
            .state=${imageState(activity)}
            @painted=${(event: CustomEvent<Pixels>) => this.#generation.painted(event.detail)}
          >
            ${image === null ? this.#placeholder() : nothing}
          </elit-image-view>
          <div class="below" ?data-compared=${pinned !== null}>${this.#belowPicture()}</div>
          <p class="condition" aria-live="polite">${this.#condition()}</p>
          ${info?.unkept ? html`<p class="condition">${info.unkept.message} ${info.unkept.hint}</p>` : nothing}
        </section>
        ${this.#budget()}
      </div>
      <div class="column">
        <elit-settings-panel
          .info=${this.#store.state.info}
          .draft=${this.#store.state.draft}
          @draft-change=${(event: CustomEvent<Partial<Draft>>) => this.#change(event.detail)}
        ></elit-settings-panel>
        <elit-history-buttons
          ?canUndo=${history.past.length > 0}
          ?canRedo=${history.future.length > 0}
          @undo=${() => this.#travel('draft-undone')}
          @redo=${() => this.#travel('draft-redone')}
        ></elit-history-buttons>
        ${this.#device()}
        ${image === null ? nothing : this.#error('notice')}
      </div>
      <elit-share-panel
        .image=${image}
        .info=${info}
        .madeBy=${this.madeBy}
        @restore=${(event: CustomEvent<Partial<Draft>>) => this.#change(event.detail)}
      ></elit-share-panel>
      ${this.#tradeOff()}
      ${info === null ? nothing : this.#howItWorks(info)}
    `;
  }

  #pin() {
    if (this.#store.state.image === null) return nothing;
    return html`<button class="button pin" type="button" @click=${this.#onPin}>Pin as A</button>`;
  }

  /** In the picture's place. */
  #comparison(a: GeneratedImage) {
    const { image, draftImage, preview } = this.#store.state;
    return html`<elit-comparison
      .a=${a}
      .b=${image}
      .preview=${preview ?? draftImage}
      @unpin=${this.#onUnpin}
    ></elit-comparison>`;
  }

  /** What stands in the frame while there is no picture. */
  #placeholder() {
    const { activity, info } = this.#store.state;
    switch (activity.kind) {
      case 'failed':
        return this.#error('framed');
      case 'loading':
        return this.#loadProgress();
      case 'drawing':
        return html`<p class="quiet">Drawing the first picture</p>`;
      case 'idle':
        if (this.model === null || info !== null) return html`<p class="quiet">No picture yet</p>`;
        return html`<button class="button primary" type="button" @click=${this.#retry}>Load the model</button>`;
    }
  }

  /** The line under the picture: what it shows, how far the next one is, or a way to draw it. */
  #belowPicture() {
    const { activity, image, draft, runs } = this.#store.state;
    if (activity.kind === 'loading') return image === null ? nothing : this.#loadProgress();
    const isStale = activity.kind === 'idle' && draft !== null && !isCurrent(this.#store.state);
    const { step, steps } = activity.kind === 'drawing' ? activity : { step: 0, steps: 0 };
    return html`
      <p class="caption" ?data-covered=${activity.kind === 'drawing'}>${image === null ? '' : caption(image.settings)}</p>
      ${isStale ? html`<button class="button" type="button" @click=${this.#retry}>Draw</button>` : nothing}
      ${
        activity.kind === 'drawing'
          ? keyed(
              runs,
              html`<elit-progress
                class="late"
                label="Drawing"
                amount="${step} of ${steps} steps"
                .fraction=${steps > 0 ? step / steps : 0}
                @cancel-request=${this.#cancel}
              ></elit-progress>`,
            )
          : nothing
      }
    `;
  }

  /** What draws and why, and what it cannot do; for as long as it is news, what was done about a fault. */
  #condition(): string {
    const { mending, info } = this.#store.state;
    if (mending !== null) return MENDING_WORDS[mending];
    return info === null ? '' : `${info.backendReason} ${tierWords(info)}`;
  }

  #loadProgress() {
    const { activity } = this.#store.state;
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

  /** Inside the empty frame, or beside the picture. */
  #error(place: 'framed' | 'notice') {
    const { activity, info, draft, kernels } = this.#store.state;
    if (activity.kind !== 'failed') return nothing;
    return html`<elit-error-notice
      class=${place}
      .error=${activity.error}
      .context=${report(this.model, info, draft, kernels)}
      @retry=${this.#retry}
    ></elit-error-notice>`;
  }

  #device() {
    const { info, draft, kernels, limits } = this.#store.state;
    return html`<elit-device-panel
      .info=${info}
      .kernels=${kernels}
      .limits=${limits}
      .budget=${draft?.budget ?? 1}
      .report=${report(this.model, info, draft, kernels)}
      @limits-request=${this.#onLimitsRequest}
      @reset-tuning=${this.#onResetTuning}
    ></elit-device-panel>`;
  }

  #tradeOff() {
    const { info, draft } = this.#store.state;
    return html`<elit-trade-off
      class="wide"
      .info=${info}
      .draft=${draft}
      .drawAside=${this.#drawAside}
      @draft-change=${(event: CustomEvent<Partial<Draft>>) => this.#change(event.detail)}
    ></elit-trade-off>`;
  }

  #budget() {
    const { info, draft, image, activity } = this.#store.state;
    return html`
      <elit-budget-slider
        .value=${draft?.budget ?? info?.maxBudget ?? 16}
        .max=${info?.maxBudget ?? 16}
        .groups=${info?.groups ?? 0}
        .flopShare=${info?.flopShare ?? []}
        ?disabled=${info === null}
        @budget-change=${(event: CustomEvent<number>) => this.#moveBudget(event.detail)}
        @budget-rest=${this.#restBudget}
      >
        <elit-latency
          slot="aside"
          .timing=${image?.timing ?? null}
          .runKey=${image === null ? '' : runOf(image).key}
          source=${image?.backend === 'wasm' ? 'on the CPU' : 'on WebGPU'}
          ?busy=${activity.kind === 'drawing'}
        ></elit-latency>
      </elit-budget-slider>
    `;
  }

  /** Below the studio, and its code after the model's: nothing waits for it. */
  #howItWorks(info: ModelInfo) {
    loadHowItWorks();
    return html`<elit-how-it-works
      class="wide"
      .info=${info}
      .budget=${this.#store.state.draft?.budget ?? info.maxBudget}
    ></elit-how-it-works>`;
  }

  #change(patch: Partial<Draft>): void {
    this.#store.dispatch({ type: 'draft-changed', patch });
    this.#generation.draw();
  }

  #moveBudget(budget: number): void {
    this.#store.dispatch({ type: 'draft-changed', patch: { budget }, isDrag: true });
    this.#generation.move();
  }

  #travel(type: 'draft-undone' | 'draft-redone'): void {
    this.#store.dispatch({ type });
    this.#generation.draw();
  }

  #restBudget(): void {
    this.#store.dispatch({ type: 'draft-rested' });
    this.#generation.rest();
  }

  readonly #onPin = () => this.#store.dispatch({ type: 'pinned' });
  readonly #onUnpin = () => this.#store.dispatch({ type: 'unpinned' });
  readonly #onResetTuning = () => this.#generation.resetTuning();
  readonly #onLimitsRequest = () => this.#generation.measureLimits();
  readonly #retry = () => this.#generation.retry();
  readonly #drawAside: DrawAside = (draft, signal) => this.#generation.drawAside(draft, signal);
  readonly #cancel = () => this.#generation.cancel();
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-studio': Studio;
  }
}
