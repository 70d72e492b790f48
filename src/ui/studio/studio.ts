import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ElitError } from '../../errors.ts';
import type { GeneratorOptions } from '../../generator/generator.ts';
import type { ModelInfo, Pixels } from '../../generator/types.ts';
import { GenerationController } from '../generation/generation-controller.ts';
import { loadGenerator } from '../generation/load-generator.ts';
import type { LoadEngine } from '../generation/page-engine.ts';
import { loadStartPicture } from '../start-picture/load-start-picture.ts';
import type { Start } from '../start-picture/start.ts';
import { reduce } from '../store/reduce.ts';
import { Store } from '../store/store.ts';
import { StoreController } from '../store/store-controller.ts';
import { type Draft, initialState } from '../store/studio-state.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import '../budget-slider/budget-slider.ts';
import '../device-panel/device-panel.ts';
import '../error-notice/error-notice.ts';
import '../history/history-buttons.ts';
import { runOf } from '../latency/history.ts';
import '../latency/latency.ts';
import { RecordedStripController } from '../recorded-strip/recorded-strip-controller.ts';
import '../latency-split/latency-split.ts';
import '../settings-panel/settings-panel.ts';
import { SettledController } from '../sharing/settled-controller.ts';
import type { ModelId } from '../sharing/share-link.ts';
import '../sharing/share-panel.ts';
import '../stage/stage.ts';
import '../target-latency/target-latency.ts';
import { TargetLatencyController } from '../target-latency/target-latency-controller.ts';
import { type Asides, below } from './below.ts';
import { DraftChanges } from './draft-changes.ts';
import { firstDraft } from './first-draft.ts';
import { report } from './report.ts';
import { styles } from './studio.styles.ts';

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
  /** Pictures of the model that were recorded, to be shown until it is there: their address without .json and .webp. */
  @property() recorded: string | null = null;
  /** Where engines come from; another one serves tests and other ways of running the model. */
  @property({ attribute: false }) loadEngine: LoadEngine = loadGenerator;

  readonly #store = new Store(initialState, reduce);
  readonly #generation = new GenerationController(this, this.#store, (url, options) =>
    this.loadEngine(url, this.backend === null ? options : { ...options, backend: this.backend }),
  );
  readonly #changes = new DraftChanges(this.#store, this.#generation);
  readonly #asides: Asides = {
    drawAside: (draft, signal) => this.#generation.drawAside(draft, signal),
    lookAside: (request, signal) => this.#generation.lookAside(request, signal),
  };
  readonly #target = new TargetLatencyController(this, this.#store, () => this.#generation.draw());
  readonly #recorded = new RecordedStripController(this, () => this.#store.state);

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
    this.#changes.change({ noise });
  }

  /** Shows an error that arose outside, such as an address that asks for what does not exist. */
  fail(error: ElitError): void {
    this.#store.dispatch({ type: 'failed', error: error.toData() });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('recorded')) void this.#recorded.load(this.recorded);
    if (!changed.has('model') || this.model === null) return;
    const { settings } = this;
    const firstOf = (info: ModelInfo) => firstDraft(info, { ...settings, ...this.#recorded.chosen });
    void this.#generation.load(this.model, firstOf);
  }

  override render() {
    const { image, info, history } = this.#store.state;
    return html`
      <div class="column picture">
        <elit-stage
          .state=${this.#store.state}
          ?loadable=${this.model !== null}
          .recorded=${this.#recorded.shown}
          .report=${this.#report()}
          @pin=${() => this.#store.dispatch({ type: 'pinned' })}
          @unpin=${() => this.#store.dispatch({ type: 'unpinned' })}
          @retry=${this.#retry}
          @cancel-request=${() => this.#generation.cancel()}
          @painted=${(event: CustomEvent<Pixels>) => this.#generation.painted(event.detail)}
        ></elit-stage>
        ${this.#budget()}
      </div>
      <div class="column">
        <elit-settings-panel
          .info=${this.#store.state.info}
          .folder=${this.model ?? ''}
          .draft=${this.#store.state.draft}
          @draft-change=${this.#changes.onChange}
          @draft-edit=${this.#changes.onEdit}
          @draft-rest=${() => this.#store.dispatch({ type: 'draft-rested' })}
        >
          ${info?.readsPictures ? this.#start() : nothing}
        </elit-settings-panel>
        <elit-history-buttons
          ?canUndo=${history.past.length > 0}
          ?canRedo=${history.future.length > 0}
          @undo=${() => this.#changes.travel('draft-undone')}
          @redo=${() => this.#changes.travel('draft-redone')}
        ></elit-history-buttons>
        ${this.#device()}
        ${this.#notice()}
      </div>
      <elit-share-panel
        .image=${image}
        .info=${info}
        .madeBy=${this.madeBy}
        @restore=${this.#changes.onRestore}
      ></elit-share-panel>
      ${below(this.#store.state, this.#changes, this.#asides)}
    `;
  }

  /** In sight beside the picture, which stays; the empty frame says it itself. */
  #notice() {
    const { activity, image } = this.#store.state;
    if (activity.kind !== 'failed' || image === null) return nothing;
    return html`<elit-error-notice
      .error=${activity.error}
      .context=${this.#report()}
      @retry=${this.#retry}
    ></elit-error-notice>`;
  }

  /** What drawings begin with; its code comes after the model's. */
  #start() {
    loadStartPicture();
    return html`<elit-start-picture
      slot="start"
      .value=${this.#store.state.draft?.start ?? null}
      @start-change=${(event: CustomEvent<Start | null>) => this.#changes.change({ start: event.detail })}
      @start-drag=${(event: CustomEvent<Start>) => this.#changes.drag({ start: event.detail })}
      @start-rest=${this.#changes.onRest}
    ></elit-start-picture>`;
  }

  #device() {
    const { info, draft, kernels, limits } = this.#store.state;
    return html`<elit-device-panel
      .info=${info}
      .kernels=${kernels}
      .limits=${limits}
      .budget=${draft?.budget ?? 1}
      .report=${this.#report()}
      @limits-request=${this.#onLimitsRequest}
      @reset-tuning=${this.#onResetTuning}
    ></elit-device-panel>`;
  }

  #budget() {
    const { info, draft, image, activity, parts } = this.#store.state;
    return html`
      <elit-budget-slider
        .value=${draft?.budget ?? this.#recorded.budget ?? this.settings.budget ?? info?.maxBudget ?? 16}
        .max=${info?.maxBudget ?? 16}
        .groups=${info?.groups ?? 0}
        .flopShare=${info?.flopShare ?? []}
        ?disabled=${info === null && !this.#recorded.isReady}
        @budget-change=${(event: CustomEvent<number>) => this.#moveBudget(event.detail)}
        @budget-rest=${this.#changes.onRest}
      >
        <elit-latency
          slot="aside"
          .timing=${image?.timing ?? null}
          .runKey=${image === null ? '' : runOf(image).key}
          source=${image?.backend === 'wasm' ? 'on the CPU' : 'on WebGPU'}
          ?busy=${activity.kind === 'drawing'}
        ></elit-latency>
      </elit-budget-slider>
      <elit-target-latency
        .mode=${this.#target.mode}
        ?disabled=${info === null}
        @target-switch=${(event: CustomEvent<boolean>) => this.#target.switch(event.detail)}
        @target-change=${(event: CustomEvent<number>) => this.#target.aim(event.detail)}
      ></elit-target-latency>
      <elit-latency-split
        .image=${image}
        .parts=${parts}
        ?busy=${activity.kind !== 'idle'}
        @parts-request=${() => this.#generation.measureParts()}
      ></elit-latency-split>
    `;
  }

  #report(): string {
    const { info, draft, kernels } = this.#store.state;
    return report(this.model, info, draft, kernels);
  }

  #moveBudget(budget: number): void {
    if (this.#store.state.draft === null) this.#recorded.move(budget);
    else this.#changes.drag({ budget });
  }

  readonly #onResetTuning = () => this.#generation.resetTuning();
  readonly #onLimitsRequest = () => this.#generation.measureLimits();
  readonly #retry = () => this.#generation.retry();
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-studio': Studio;
  }
}
