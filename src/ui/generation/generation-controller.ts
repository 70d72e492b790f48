import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ElitError } from '../../errors.ts';
import type { GeneratorOptions } from '../../generator/generator.ts';
import type { GeneratedImage, GenerateRequest, ModelInfo } from '../../generator/types.ts';
import type { Store } from '../store/store.ts';
import type { Draft, StudioAction, StudioState } from '../store/studio-state.ts';
import { LatestOnly } from './latest-only.ts';

/** The part of a `Generator` that the page uses. */
export interface Engine {
  readonly info: ModelInfo;
  generate(request: GenerateRequest): Promise<GeneratedImage>;
  dispose(): void | Promise<void>;
}

/** How an engine is had for the model at `url`. */
export type LoadEngine = (url: string, options: GeneratorOptions) => Promise<Engine>;

/** What a model's defaults are overruled with when it has loaded. */
export type FirstDraft = (info: ModelInfo) => Draft;

/** How long an overtaken run may go on, ms: about the time in which an answer still feels immediate. */
const PATIENCE = 150;
/** Runs shorter than this show no previews: going from sharp to blurred and back would only flicker. ms. */
const CALM = 300;
/** Loads the model and draws the newest draft, one call at a time; everything it learns goes to the store. */
export class GenerationController implements ReactiveController {
  readonly #store: Store<StudioState, StudioAction>;
  readonly #load: LoadEngine;
  readonly #latest = new LatestOnly<Draft>((draft, signal) => this.#draw(draft, signal), PATIENCE);
  #engine: Engine | null = null;
  #loading: AbortController | null = null;
  #start: { url: string; firstDraft: FirstDraft } | null = null;

  constructor(host: ReactiveControllerHost, store: Store<StudioState, StudioAction>, load: LoadEngine) {
    this.#store = store;
    this.#load = load;
    host.addController(this);
  }

  /** Also when the host comes back after it was taken out of the page. */
  hostConnected(): void {
    this.#reload();
  }

  hostDisconnected(): void {
    this.#latest.cancel();
    this.#release();
  }

  /** Loads the model at `url`, in place of the one before, and draws its first image. */
  load(url: string, firstDraft: FirstDraft): Promise<void> {
    this.#start = { url, firstDraft };
    return this.#open(url, firstDraft);
  }

  /** Draws the store's draft as soon as the run under way allows. */
  draw(): void {
    const { draft } = this.#store.state;
    if (this.#engine !== null && draft !== null) this.#latest.submit(draft);
  }

  /** Stops the load or the run under way. The last image stays. */
  cancel(): void {
    this.#latest.cancel();
    if (this.#engine === null) {
      this.#loading?.abort();
      this.#store.dispatch({ type: 'cancelled' });
    }
  }

  /** After an error or a cancel: draws again, or loads again when there is nothing to draw with. */
  retry(): void {
    if (this.#engine !== null) this.draw();
    else this.#reload();
  }

  /** Loads the same model once more; the settings stay as they are by then. */
  #reload(): void {
    if (this.#start === null) return;
    const { url, firstDraft } = this.#start;
    void this.#open(url, (info) => this.#store.state.draft ?? firstDraft(info));
  }

  async #open(url: string, draftFor: FirstDraft): Promise<void> {
    this.#latest.cancel();
    this.#release();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    this.#store.dispatch({ type: 'load-started' });
    try {
      const engine = await this.#load(url, {
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#store.dispatch({ type: 'load-progressed', progress });
        },
        onRecovery: (recovery) => {
          if (signal.aborted) return;
          if (recovery.state === 'failed') this.#release();
          this.#store.dispatch({ type: 'recovered', recovery });
        },
      });
      if (signal.aborted) return void engine.dispose();
      this.#engine = engine;
      this.#store.dispatch({ type: 'loaded', info: engine.info, draft: draftFor(engine.info) });
      this.draw();
    } catch (thrown) {
      if (!signal.aborted) this.#fail(thrown);
    }
  }

  async #draw(draft: Draft, signal: AbortSignal): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    const began = performance.now();
    this.#store.dispatch({ type: 'draw-started', steps: draft.steps });
    try {
      const image = await engine.generate({
        ...request(draft),
        signal,
        onStep: (preview) => {
          if (signal.aborted) return;
          this.#store.dispatch({ type: 'stepped', preview, show: performance.now() - began > CALM });
        },
      });
      if (engine === this.#engine) this.#store.dispatch({ type: 'drawn', image, settled: !this.#latest.isOvertaken });
    } catch (thrown) {
      if (this.#latest.isOvertaken || engine !== this.#engine) return;
      if (signal.aborted) this.#store.dispatch({ type: 'cancelled' });
      else this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    this.#store.dispatch({ type: 'failed', error: ElitError.from(thrown).toData() });
  }

  #release(): void {
    this.#loading?.abort();
    void this.#engine?.dispose();
    this.#engine = null;
  }
}

function request({ noise, seed, ...settings }: Draft): GenerateRequest {
  return noise === null ? { ...settings, seed } : { ...settings, noise };
}
