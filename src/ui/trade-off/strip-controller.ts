import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ModelInfo } from '../../generator/types.ts';
import { type Similarity, similarity } from '../distance/similarity.ts';
import { type DrawAside, problem } from '../generation/aside.ts';
import type { GuidanceKind } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { furtherStrip, kindOf, stripOf } from './series.ts';
import { type Axis, isOld, newStrip, nextDraft, type Strip, withImage } from './strip.ts';

/** The strip that is being drawn, by its place among those of its axis. */
interface Running {
  readonly axis: Axis;
  readonly place: number;
  readonly abort: AbortController;
}

/**
 * Draws strips, one picture after another; keeps the last of each axis, and along the budgets those with other kinds of
 * guidance beside it.
 */
export class StripController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #similarity: Similarity;
  readonly #strips = new Map<Axis, readonly Strip[]>();
  #running: Running | null = null;

  /** @param compare of two pictures; in a worker by default */
  constructor(host: ReactiveControllerHost, compare: Similarity = similarity) {
    this.#host = host;
    this.#similarity = compare;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** The last strip along `axis`, or null. */
  strip(axis: Axis): Strip | null {
    return this.strips(axis)[0] ?? null;
  }

  /** The same, and those that were drawn beside it. */
  strips(axis: Axis): readonly Strip[] {
    return this.#strips.get(axis) ?? [];
  }

  /**
   * Stops what is drawn and begins a strip, in place of all along the axis; one that was stopped and still fits goes on
   * where it was.
   */
  async start(axis: Axis, draft: Draft, info: ModelInfo, drawAside: DrawAside): Promise<void> {
    this.stop();
    const place = this.strips(axis).findIndex((strip) => strip.state === 'stopped' && !isOld(strip, draft));
    if (place < 0) this.#strips.set(axis, [newStrip(axis, draft, info)]);
    await this.#draw(axis, Math.max(place, 0), info.maxBudget, drawAside);
  }

  /**
   * The same along the budgets with another kind of guidance, beside the strip that is there. Nothing happens before
   * that has the picture that all are compared with.
   */
  async startBeside(kind: GuidanceKind, info: ModelInfo, drawAside: DrawAside): Promise<void> {
    this.stop();
    const strips = this.strips('budget');
    const [first] = strips;
    if (!first?.reference) return;
    const known = strips.findIndex((strip) => kindOf(strip) === kind);
    if (strips[known]?.state === 'done') return;
    if (known < 0) this.#strips.set('budget', [...strips, furtherStrip(first, kind, info)]);
    await this.#draw('budget', known < 0 ? strips.length : known, info.maxBudget, drawAside);
  }

  /** Stops the strip under way; what is drawn stays. */
  stop(): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.abort.abort();
    this.#stopped(running, '');
  }

  /** Another model: nothing that was drawn can be compared with what comes. */
  clear(): void {
    this.stop();
    this.#strips.clear();
  }

  /** Stops the strip under way when the settings are no longer those of any strip along its axis. */
  follow(draft: Draft): void {
    if (this.#running && stripOf(this.strips(this.#running.axis), draft) === null) this.stop();
  }

  async #draw(axis: Axis, place: number, maxBudget: number, drawAside: DrawAside): Promise<void> {
    const running = { axis, place, abort: new AbortController() };
    this.#running = running;
    this.#change(running, { state: 'drawing', problem: '' });
    try {
      await this.#fill(running, maxBudget, drawAside);
    } catch (thrown) {
      if (!running.abort.signal.aborted) this.#stopped(running, problem(thrown));
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  async #fill(running: Running, maxBudget: number, drawAside: DrawAside): Promise<void> {
    const { signal } = running.abort;
    for (;;) {
      const strip = this.strips(running.axis)[running.place];
      const wanted = strip && nextDraft(strip, maxBudget);
      if (!strip || !wanted) return;
      const image = await drawAside(wanted, signal);
      if (signal.aborted) return;
      const likeness = await this.#similarity(image, strip.reference ?? image);
      if (signal.aborted) return;
      this.#change(running, withImage(strip, wanted, image, likeness));
    }
  }

  #stopped(running: Running, problem: string): void {
    this.#change(running, { state: 'stopped', problem });
  }

  #change({ axis, place }: Running, change: Partial<Strip>): void {
    const strips = this.strips(axis).map((strip, i) => (i === place ? { ...strip, ...change } : strip));
    this.#strips.set(axis, strips);
    this.#host.requestUpdate();
  }
}
