import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Subject } from '../../generator/types.ts';
import { combobox } from '../combobox/combobox.styles.ts';
import { Combobox } from '../combobox/combobox.ts';
import { popup, SHOWN } from '../combobox/popup.ts';
import { SubjectSearch } from '../combobox/search.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';

/**
 * A search field with a list (an ARIA combobox): typing filters about two thousand names, arrows move, Enter takes,
 * Escape gives up and brings the chosen name back.
 *
 * @fires {CustomEvent<string>} subject-change - with the chosen subject's label
 */
@customElement('elit-subject-picker')
export class SubjectPicker extends LitElement {
  static override styles = [base, controls, combobox];

  @property({ attribute: false }) subjects: readonly Subject[] = [];
  @property() value = '';
  @property({ type: Boolean }) disabled = false;

  @query('input') private readonly input!: HTMLInputElement;
  #search = new SubjectSearch([]);
  readonly #list = new Combobox(this, (typed) => this.#search.find(typed, SHOWN));

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('subjects')) this.#search = new SubjectSearch(this.subjects);
  }

  override render() {
    const { isOpen, active, typed } = this.#list;
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
          aria-expanded=${String(isOpen)}
          aria-controls=${isOpen ? 'list' : nothing}
          aria-activedescendant=${isOpen && active >= 0 ? `option-${active}` : nothing}
          .value=${typed ?? this.value}
          ?disabled=${this.disabled}
          @click=${this.#show}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @blur=${this.#onBlur}
        />
        ${chevron} ${isOpen ? this.#popup() : nothing}
      </div>
    `;
  }

  #popup() {
    const { result, active } = this.#list;
    const nearWords =
      result.subjects.length > 0 ? 'No such name. The nearest ones:' : 'No such name, and none like it.';
    return popup({ result, active, chosen: this.value, nearWords, choose: (label) => this.#choose(label) });
  }

  #show(): void {
    if (!this.disabled) this.#list.open();
  }

  #close(): void {
    this.#list.close();
    this.input.value = this.value;
  }

  #choose(label: string): void {
    const isNew = label !== this.value;
    this.value = label;
    this.#close();
    if (isNew) this.dispatchEvent(new CustomEvent<string>('subject-change', { detail: label }));
  }

  #onInput(): void {
    const typed = this.input.value;
    this.#list.type(typed, this.#search.find(typed, 1).total > 0 && typed.trim() !== '' ? 0 : -1);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#onEnter();
    else if (event.key === 'Escape' && this.#list.isOpen) this.#close();
    else if (!this.#list.move(event.key)) return;
    event.preventDefault();
  }

  #onEnter(): void {
    const label = this.#list.activeLabel;
    if (!this.#list.isOpen) this.#show();
    else if (label === null) this.#close();
    else this.#choose(label);
  }

  /** A name typed in full counts; anything else gives way to the name that was chosen before. */
  #onBlur(): void {
    const { typed } = this.#list;
    const exact = typed === null ? null : this.#search.exactly(typed);
    if (exact === null) this.#close();
    else this.#choose(exact.label);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-subject-picker': SubjectPicker;
  }
}
