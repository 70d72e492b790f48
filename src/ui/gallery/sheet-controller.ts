import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type DrawAside, problem } from '../generation/aside.ts';
import type { Draft } from '../store/studio-state.ts';
import { isOld, newSheet, nextDraft, type SeedSheet, withPicture } from './seed-sheet.ts';

/** Draws a sheet of seeds, one picture after another, and keeps the last one. */
export class SheetController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #sheet: SeedSheet | null = null;
  #running: AbortController | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** The last sheet, or null. */
  get sheet(): SeedSheet | null {
    return this.#sheet;
  }

  /** Draws a new sheet of the seeds that follow the draft's. */
  async start(draft: Draft, count: number, drawAside: DrawAside): Promise<void> {
    this.stop();
    this.#keep(newSheet(draft, count));
    await this.#fill(drawAside);
  }

  /** Goes on with a sheet that was stopped. */
  async goOn(drawAside: DrawAside): Promise<void> {
    if (this.#sheet?.state !== 'stopped') return;
    this.#keep({ ...this.#sheet, state: 'drawing', problem: '' });
    await this.#fill(drawAside);
  }

  /** Stops the sheet under way; what is drawn stays. */
  stop(): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.abort();
    this.#stopped('');
  }

  /** Another model: its pictures are not those of this sheet. */
  clear(): void {
    this.stop();
    this.#sheet = null;
  }

  /** Stops the sheet under way when the settings are no longer those it draws. */
  follow(draft: Draft): void {
    if (this.#running !== null && this.#sheet !== null && isOld(this.#sheet, draft)) this.stop();
  }

  async #fill(drawAside: DrawAside): Promise<void> {
    const abort = new AbortController();
    this.#running = abort;
    try {
      for (let wanted = this.#next(); wanted !== null; wanted = this.#next()) {
        const image = await drawAside(wanted, abort.signal);
        if (abort.signal.aborted || this.#sheet === null) return;
        this.#keep(withPicture(this.#sheet, wanted, image));
      }
    } catch (thrown) {
      if (!abort.signal.aborted) this.#stopped(problem(thrown));
    } finally {
      if (this.#running === abort) this.#running = null;
    }
  }

  #next(): Draft | null {
    return this.#sheet && nextDraft(this.#sheet);
  }

  #stopped(words: string): void {
    if (this.#sheet !== null) this.#keep({ ...this.#sheet, state: 'stopped', problem: words });
  }

  #keep(sheet: SeedSheet): void {
    this.#sheet = sheet;
    this.#host.requestUpdate();
  }
}
