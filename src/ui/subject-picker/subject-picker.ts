import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Subject } from '../../generator/types.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';
import { type SearchResult, SubjectSearch } from './search.ts';
import { styles } from './subject-picker.styles.ts';

/** So many options are drawn; who wants others types more. */
const SHOWN = 100;
const PAGE = 8;

/**
 * A search field with a list (an ARIA combobox): typing filters about two thousand names, arrows move, Enter takes,
 * Escape gives up and brings the chosen name back.
 *
 * @fires {CustomEvent<string>} subject-change - with the chosen subject's label
 */
@customElement('elit-subject-picker')
export class SubjectPicker extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) subjects: readonly Subject[] = [];
  @property() value = '';
  @property({ type: Boolean }) disabled = false;

  @state() private open = false;
  /** What was typed since the list opened; null while nothing was. */
  @state() private typed: string | null = null;
  /** Place of the highlighted option, -1 for none. */
  @state() private active = -1;

  @query('input') private readonly input!: HTMLInputElement;
  #search = new SubjectSearch([]);
  #result: SearchResult = { subjects: [], total: 0, isNear: false };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('subjects')) this.#search = new SubjectSearch(this.subjects);
    if (this.open) this.#result = this.#search.find(this.typed ?? '', SHOWN);
  }

  override render() {
    return html`
      <label for="input">Subject</label>
      <div class="box">
        <input
          id="input"
          class="field"
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          enterkeyhint="done"
          aria-autocomplete="list"
          aria-expanded=${String(this.open)}
          aria-controls=${this.open ? 'list' : nothing}
          aria-activedescendant=${this.open && this.active >= 0 ? `option-${this.active}` : nothing}
          .value=${this.typed ?? this.value}
          ?disabled=${this.disabled}
          @click=${this.#show}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @blur=${this.#onBlur}
        />
        ${chevron} ${this.open ? this.#popup() : nothing}
      </div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.open) return;
    if (changed.has('open')) this.#scrollTo('.popup');
    if (changed.has('active')) this.#scrollTo(`#option-${this.active}`);
  }

  #scrollTo(selector: string): void {
    this.renderRoot.querySelector(selector)?.scrollIntoView({ block: 'nearest' });
  }

  #popup() {
    const { subjects, total, isNear } = this.#result;
    return html`
      <div class="popup" @pointerdown=${keepFocus}>
        <p class="note" ?hidden=${!isNear}>
          ${subjects.length > 0 ? 'No such name. The nearest ones:' : 'No such name, and none like it.'}
        </p>
        <ul id="list" role="listbox" aria-label="Matching names">
          ${repeat(
            subjects,
            ({ label }) => label,
            (subject, i) => this.#option(subject, i),
          )}
        </ul>
        <p class="note" ?hidden=${total <= SHOWN}>and ${total - SHOWN} more: type to find them</p>
      </div>
    `;
  }

  #option({ label, name, kind, category }: Subject, i: number) {
    return html`
      <li
        id="option-${i}"
        role="option"
        aria-label=${label}
        aria-selected=${String(label === this.value)}
        ?data-active=${i === this.active}
        @click=${() => this.#choose(label)}
      >
        <span>${name}</span><small>${kind === 'concept' ? category : { category: 'category', any: 'anything' }[kind]}</small>
      </li>
    `;
  }

  #show(): void {
    if (this.open || this.disabled) return;
    this.open = true;
    this.typed = null;
    this.active = -1;
    this.input.select();
  }

  #close(): void {
    this.open = false;
    this.typed = null;
    this.active = -1;
    this.input.value = this.value;
  }

  #choose(label: string): void {
    const isNew = label !== this.value;
    this.value = label;
    this.#close();
    if (isNew) this.dispatchEvent(new CustomEvent<string>('subject-change', { detail: label }));
  }

  #onInput(): void {
    this.open = true;
    this.typed = this.input.value;
    this.active = this.#search.find(this.typed, 1).total > 0 && this.typed.trim() !== '' ? 0 : -1;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#onEnter();
    else if (event.key === 'Escape' && this.open) this.#close();
    else if (!this.#move(event.key)) return;
    event.preventDefault();
  }

  #onEnter(): void {
    const label = this.#result.subjects[this.active]?.label;
    if (!this.open) this.#show();
    else if (label === undefined) this.#close();
    else this.#choose(label);
  }

  /** True when the key moves within the list, which opens for it. */
  #move(key: string): boolean {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[key];
    if (step === undefined) return false;
    if (!this.open) {
      this.#show();
      return true;
    }
    const last = this.#result.subjects.length - 1;
    const next = this.active < 0 && step < 0 ? last : this.active + step;
    this.active = Math.max(Math.min(next, last), Math.min(0, last));
    return true;
  }

  /** A name typed in full counts; anything else gives way to the name that was chosen before. */
  #onBlur(): void {
    const exact = this.typed === null ? null : this.#search.exactly(this.typed);
    if (exact === null) this.#close();
    else this.#choose(exact.label);
  }
}

/** A press on the list must not take the focus from the field, which would close the list under it. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-subject-picker': SubjectPicker;
  }
}
