import type { ReactiveControllerHost } from 'lit';
import { ElitError } from '../../errors.ts';

/** What became of what the user last did in a component, in words. */
export class Outcome {
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>;
  #words = '';
  #hasFailed = false;

  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>) {
    this.#host = host;
  }

  /** Empty when there is nothing to say. */
  get words(): string {
    return this.#words;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  clear(): void {
    this.#set('', false);
  }

  /** Says what `work` says, or what went wrong and what to do. */
  async of(work: () => Promise<string>): Promise<void> {
    try {
      this.#set(await work(), false);
    } catch (thrown) {
      const { message, hint } = ElitError.from(thrown);
      this.#set(`${message} ${hint}`, true);
    }
  }

  #set(words: string, hasFailed: boolean): void {
    this.#words = words;
    this.#hasFailed = hasFailed;
    this.#host.requestUpdate();
  }
}
