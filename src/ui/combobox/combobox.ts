import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SearchResult } from './search.ts';

const PAGE = 8;
const NOTHING: SearchResult = { subjects: [], total: 0, isNear: false };

type Host = ReactiveControllerHost & { readonly renderRoot: ParentNode };

/**
 * What an ARIA combobox holds beside its value: whether its list is open, what was typed since then, and which of the
 * names found is highlighted. What a key or a choice means is for the host to say.
 */
export class Combobox implements ReactiveController {
  readonly #host: Host;
  readonly #find: (typed: string) => SearchResult;
  #isOpen = false;
  #typed: string | null = null;
  #active = -1;
  #result = NOTHING;
  /** What has come into view already. */
  #shown = { isOpen: false, active: -1 };

  /** @param find is asked again at every render while the list is open */
  constructor(host: Host, find: (typed: string) => SearchResult) {
    this.#host = host;
    this.#find = find;
    host.addController(this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What was typed since the list opened; null while nothing was. */
  get typed(): string | null {
    return this.#typed;
  }

  /** Place of the highlighted option, -1 for none. */
  get active(): number {
    return this.#active;
  }

  /** What the open list shows. */
  get result(): SearchResult {
    return this.#result;
  }

  /** The label of the highlighted option, or null. */
  get activeLabel(): string | null {
    return this.#result.subjects[this.#active]?.label ?? null;
  }

  /** What the field holds is selected, so that typing takes its place. */
  open(): void {
    if (this.#isOpen) return;
    this.#set(true, null, -1);
    this.#host.renderRoot.querySelector('input')?.select();
  }

  close(): void {
    this.#set(false, null, -1);
  }

  /** The field holds `text` by now, and the option at `active` is highlighted. */
  type(text: string, active: number): void {
    this.#set(true, text, active);
  }

  /** True when the key moves within the list, which opens for it. */
  move(key: string): boolean {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[key];
    if (step === undefined) return false;
    if (!this.#isOpen) {
      this.open();
      return true;
    }
    const last = this.#result.subjects.length - 1;
    const next = this.#active < 0 && step < 0 ? last : this.#active + step;
    this.#set(true, this.#typed, Math.max(Math.min(next, last), Math.min(0, last)));
    return true;
  }

  /** After the host has taken in other names. */
  hostUpdate(): void {
    if (this.#isOpen) this.#result = this.#find(this.#typed ?? '');
  }

  hostUpdated(): void {
    const before = this.#shown;
    this.#shown = { isOpen: this.#isOpen, active: this.#active };
    if (!this.#isOpen) return;
    if (!before.isOpen) this.#scrollTo('.popup');
    if (before.active !== this.#active) this.#scrollTo(`#option-${this.#active}`);
  }

  #scrollTo(selector: string): void {
    this.#host.renderRoot.querySelector(selector)?.scrollIntoView({ block: 'nearest' });
  }

  #set(isOpen: boolean, typed: string | null, active: number): void {
    this.#isOpen = isOpen;
    this.#typed = typed;
    this.#active = active;
    this.#host.requestUpdate();
  }
}
