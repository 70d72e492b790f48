import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ElitError } from '../../errors.ts';
import type { AttentionMaps, AttentionRequest } from '../../generator/attention.ts';
import type { GeneratedImage, Pixels, StepPreview } from '../../generator/types.ts';
import type { Store } from '../store/store.ts';
import { type Draft, type StudioAction, type StudioState, showsSettings } from '../store/studio-state.ts';
import { draftSteps, type Pace, paceOf } from './draft-steps.ts';
import { DragTrace, type Move } from './drag-trace.ts';
import { drawAside } from './draw-aside.ts';
import { isDraft, type Job, request } from './job.ts';
import { LatestOnly } from './latest-only.ts';
import { loadHooks } from './load-hooks.ts';
import type { Engine, FirstDraft, LoadEngine } from './page-engine.ts';

/** How long an overtaken run may go on, ms: about the time in which an answer still feels immediate. */
const PATIENCE = 150;
/**
 * The same for a draft that the next draft waits for, or its own picture: on a slow device, late pictures in a drag
 * are better than none.
 */
const DRAFT_PATIENCE = 600;
/** The slider is at rest when it has not moved for this long, ms. */
const REST = 150;
/** Pictures whose pace is remembered. */
const PACES = 3;
/** Runs shorter than this show no previews: going from sharp to blurred and back would only flicker. ms. */
const CALM = 300;
/** Loads the model and draws the newest draft, one call at a time; everything it learns goes to the store. */
export class GenerationController implements ReactiveController {
  readonly #store: Store<StudioState, StudioAction>;
  readonly #load: LoadEngine;
  readonly #latest = new LatestOnly<Job>((job, signal) => this.#draw(job, signal));
  readonly #trace = new DragTrace();
  #engine: Engine | null = null;
  #loading: AbortController | null = null;
  #start: { url: string; firstDraft: FirstDraft } | null = null;
  #paces: readonly Pace[] = [];
  /** The last move of a slider that is not at rest yet, and whether the picture it asked for is a draft. */
  #drag: { readonly move: Move; readonly isDraft: boolean; readonly timer: ReturnType<typeof setTimeout> } | null =
    null;

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
    this.#stopDrag();
    this.#latest.cancel();
    this.#release();
  }

  /** Loads the model at `url`, in place of the one before, and draws its first image. */
  load(url: string, firstDraft: FirstDraft): Promise<void> {
    this.#start = { url, firstDraft };
    return this.#open(url, firstDraft);
  }

  /** Has the kernels measured anew. */
  resetTuning(): void {
    this.#engine?.resetTuning?.();
  }

  /** Has measured what the device could do at best. */
  measureLimits(): void {
    this.#engine?.measureLimits?.();
  }

  /** Has measured what the last picture's time was spent on. */
  measureParts(): void {
    this.#engine?.measureParts?.();
  }

  /** Draws the store's draft as soon as the run under way allows. */
  draw(): void {
    const { draft } = this.#store.state;
    if (this.#engine === null || draft === null) return;
    this.#stopDrag();
    this.#latest.submit({ draft, steps: draft.steps, move: null }, PATIENCE);
  }

  /**
   * Draws the store's draft after a move of the slider: in as many steps as the device has time for, and in all of
   * them at rest, which is `rest` or some time without a move.
   */
  move(): void {
    const { draft, info } = this.#store.state;
    if (this.#engine === null || draft === null) return;
    this.#stopDrag();
    const share = (info?.flopShare[draft.budget - 1] ?? 1) * (draft.start?.strength ?? 1); // of the steps, so many are run
    const steps = draftSteps(draft.steps, share, this.#paces);
    const job = { draft, steps, move: this.#trace.moved() };
    const timer = setTimeout(() => this.rest(), REST);
    this.#drag = { move: job.move, isDraft: isDraft(job), timer };
    const { running } = this.#latest;
    this.#latest.submit(job, running !== null && isDraft(running) ? DRAFT_PATIENCE : PATIENCE);
  }

  /** The slider is at rest: a draft is followed by the picture with all steps. */
  rest(): void {
    const drag = this.#drag;
    const { draft } = this.#store.state;
    this.#stopDrag();
    if (drag === null || draft === null || !drag.isDraft) return;
    const isOwnDraft = this.#latest.running?.move === drag.move;
    this.#latest.submit({ draft, steps: draft.steps, move: drag.move }, isOwnDraft ? DRAFT_PATIENCE : PATIENCE);
  }

  /**
   * Draws `draft` when the user's own pictures leave time for it, in all of its steps. The store hears nothing of it.
   * @throws what the engine throws, or the reason of `signal`, or of the end of the engine
   */
  drawAside(draft: Draft, signal: AbortSignal): Promise<GeneratedImage> {
    const asked = request({ draft, steps: draft.steps, move: null });
    const draw = (engine: Engine, until: AbortSignal) => engine.generate({ ...asked, signal: until });
    return drawAside(this.#latest, () => this.#engine, draw, signal);
  }

  /** Looks at how a picture is drawn, likewise. @throws also ElitError 'unsupported' where nothing can look */
  lookAside(request: AttentionRequest, signal: AbortSignal): Promise<AttentionMaps> {
    const look = async (engine: Engine, until: AbortSignal) => {
      if (engine.attention === undefined)
        throw new ElitError('unsupported', 'Nothing looks here.', 'Load the model again.');
      return engine.attention({ ...request, image: this.#imageOf(request), signal: until });
    };
    return drawAside(this.#latest, () => this.#engine, look, signal);
  }

  /** What a drawn picture began with, as long as the draft has it. */
  #imageOf({ strength }: AttentionRequest): Pixels | undefined {
    return strength === undefined ? undefined : this.#store.state.draft?.start?.pixels;
  }

  /** To be told when pixels that the store has held are on the canvas. */
  painted(pixels: Pixels): void {
    this.#trace.painted(pixels);
  }

  /** Stops the load or the run under way. The last image stays. */
  cancel(): void {
    const isDrawn = this.#drag !== null; // a draft, and its picture is still to come
    this.#stopDrag();
    if (this.#latest.running !== null) {
      this.#latest.cancel();
    } else if (this.#engine === null || isDrawn) {
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
    this.#stopDrag();
    this.#latest.cancel();
    this.#release();
    this.#paces = [];
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    this.#store.dispatch({ type: 'load-started' });
    try {
      const engine = await this.#load(
        url,
        loadHooks(this.#store, signal, () => this.#release()),
      );
      if (signal.aborted) return void engine.dispose();
      this.#engine = engine;
      this.#store.dispatch({ type: 'loaded', info: engine.info, draft: draftFor(engine.info) });
      this.draw();
    } catch (thrown) {
      if (!signal.aborted) this.#fail(thrown);
    }
  }

  async #draw(job: Job, signal: AbortSignal): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    const began = performance.now();
    this.#store.dispatch({ type: 'draw-started', steps: job.steps });
    try {
      const image = await engine.generate({
        ...request(job),
        signal,
        onEncoder: (progress) => {
          if (!signal.aborted) this.#store.dispatch({ type: 'encoder-progressed', progress });
        },
        onStep: (preview) => {
          if (!signal.aborted) this.#preview(job, preview, performance.now() - began);
        },
      });
      if (engine === this.#engine) this.#finish(job, image);
    } catch (thrown) {
      if (this.#latest.isOvertaken || engine !== this.#engine) return;
      if (signal.aborted) this.#store.dispatch({ type: 'cancelled' });
      else this.#fail(thrown);
    }
  }

  /** A blur must not come after a draft of the same picture, nor in a run that is over in a blink. */
  #preview(job: Job, preview: StepPreview, elapsed: number): void {
    const { draftImage, info } = this.#store.state;
    if (this.#paces.length === 0) {
      const share = info?.flopShare[job.draft.budget - 1] ?? 1; // the first picture of a slow device takes long
      this.#paces = [{ step: elapsed / preview.step / share, rest: 0 }];
    }
    const show = elapsed > CALM && !(draftImage && showsSettings(draftImage.settings, job.draft));
    this.#trace.drawn(job.move, preview.pixels, { budget: job.draft.budget, steps: job.steps }, false);
    this.#store.dispatch({ type: 'stepped', preview, show });
  }

  #finish(job: Job, image: GeneratedImage): void {
    const { flopShare } = this.#store.state.info ?? { flopShare: [] };
    this.#paces = [...this.#paces, paceOf(image, flopShare)].slice(-PACES);
    this.#trace.drawn(job.move, image, { budget: job.draft.budget, steps: job.steps }, !isDraft(job));
    if (isDraft(job)) this.#store.dispatch({ type: 'draft-drawn', image });
    else this.#store.dispatch({ type: 'drawn', image, settled: !this.#latest.isOvertaken });
  }

  #fail(thrown: unknown): void {
    this.#stopDrag();
    this.#store.dispatch({ type: 'failed', error: ElitError.from(thrown).toData() });
  }

  #stopDrag(): void {
    clearTimeout(this.#drag?.timer);
    this.#drag = null;
  }

  #release(): void {
    this.#loading?.abort();
    void this.#engine?.dispose();
    this.#engine = null;
  }
}
