import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ElitError } from '../../errors.ts';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import type { Draft } from '../store/studio-state.ts';
import { type Axis, isOld, newStrip, nextDraft, type Strip, withImage } from './strip.ts';

/** Draws beside the user's own pictures, which go first. Rejects when it cannot, or with the signal's reason. */
export type DrawAside = (draft: Draft, signal: AbortSignal) => Promise<GeneratedImage>;

/** Draws strips, one picture after another; keeps the last of each axis. */
export class StripController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #strips = new Map<Axis, Strip>();
  #running: { readonly axis: Axis; readonly abort: AbortController } | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** The last strip along `axis`, or null. */
  strip(axis: Axis): Strip | null {
    return this.#strips.get(axis) ?? null;
  }

  /** Stops what is drawn and begins a strip; one that was stopped and still fits goes on where it was. */
  async start(axis: Axis, draft: Draft, info: ModelInfo, drawAside: DrawAside): Promise<void> {
    this.stop();
    const before = this.strip(axis);
    const goesOn = before?.state === 'stopped' && !isOld(before, draft);
    const abort = new AbortController();
    this.#running = { axis, abort };
    this.#keep(goesOn ? { ...before, state: 'drawing', problem: '' } : newStrip(axis, draft, info));
    try {
      await this.#fill(axis, info.maxBudget, drawAside, abort.signal);
    } catch (thrown) {
      if (!abort.signal.aborted) this.#stopped(axis, problem(thrown));
    } finally {
      if (this.#running?.abort === abort) this.#running = null;
    }
  }

  /** Stops the strip under way; what is drawn stays. */
  stop(): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.abort.abort();
    this.#stopped(running.axis, '');
  }

  /** Another model: nothing that was drawn can be compared with what comes. */
  clear(): void {
    this.stop();
    this.#strips.clear();
  }

  /** Stops the strip under way when the settings are no longer those it draws. */
  follow(draft: Draft): void {
    const strip = this.#running && this.strip(this.#running.axis);
    if (strip && isOld(strip, draft)) this.stop();
  }

  async #fill(axis: Axis, maxBudget: number, drawAside: DrawAside, signal: AbortSignal): Promise<void> {
    for (;;) {
      const strip = this.strip(axis);
      const wanted = strip && nextDraft(strip, maxBudget);
      if (!strip || !wanted) return;
      const image = await drawAside(wanted, signal);
      if (signal.aborted) return;
      this.#keep(withImage(strip, wanted, image));
    }
  }

  #stopped(axis: Axis, problem: string): void {
    const strip = this.strip(axis);
    if (strip !== null) this.#keep({ ...strip, state: 'stopped', problem });
  }

  #keep(strip: Strip): void {
    this.#strips.set(strip.axis, strip);
    this.#host.requestUpdate();
  }
}

/** The end of the engine is no problem of the strip's: the studio says what there is to say. */
function problem(thrown: unknown): string {
  return thrown instanceof DOMException && thrown.name === 'AbortError' ? '' : ElitError.from(thrown).message;
}
