import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { ClassNames } from '../../model/subjects.ts';
import { combobox } from '../combobox/combobox.styles.ts';
import { Combobox } from '../combobox/combobox.ts';
import { popup, SHOWN } from '../combobox/popup.ts';
import { SubjectSearch } from '../combobox/search.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { chevron } from '../styles/icons.ts';
import { styles } from './prompt-field.styles.ts';
import { drawnText, type Wanted, wanted } from './wanted.ts';
import { advice, HINT, problem } from './words.ts';

/** Who types no further for this long has said it, ms. */
const PAUSE = 800;

/**
 * A text field for what to draw, with the model's names as suggestions (an ARIA combobox): Enter, a pause in typing
 * and leaving the field ask for what was typed, a name from the list is taken by a click or by arrows and Enter, and
 * Escape brings back what was asked for before. Half a name is not asked for in a pause: the rest may be to come.
 *
 * @fires {CustomEvent<Wanted>} prompt-change - with what is asked for
 * @fires prompt-rest - after Enter, a choice, or when the field is left: what changed until then belongs together
 */
@customElement('elit-prompt-field')
export class PromptField extends LitElement {
  static override styles = [base, controls, combobox, styles];

  /** Whose names are known; null while there is no model. */
  @property({ attribute: false }) model: ClassNames | null = null;
  @property({ attribute: false }) value: Wanted = { subject: 'any', prompt: undefined };
  @property({ type: Boolean }) disabled = false;

  @query('input') private readonly input!: HTMLInputElement;
  #search = new SubjectSearch([]);
  readonly #list = new Combobox(this, (typed) => this.#search.find(typed, SHOWN));
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) this.#search = new SubjectSearch(this.model?.subjects ?? []);
  }

  override render() {
    const { isOpen, active, typed } = this.#list;
    const text = typed ?? drawnText(this.value);
    const wrong = this.model === null ? null : problem(text);
    return html`
      <label for="input">Prompt</label>
      <div class="box">
        <input
          id="input"
          class="field"
          type="text"
          role="combobox"
          dir="auto"
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="go"
          aria-autocomplete="list"
          aria-expanded=${String(isOpen)}
          aria-controls=${isOpen ? 'list' : nothing}
          aria-activedescendant=${isOpen && active >= 0 ? `option-${active}` : nothing}
          aria-describedby="hint"
          aria-invalid=${String(wrong !== null)}
          .value=${text}
          ?disabled=${this.disabled}
          @click=${this.#show}
          @input=${this.#onInput}
          @compositionend=${this.#wait}
          @keydown=${this.#onKey}
          @blur=${this.#onBlur}
        />
        ${chevron}
        <p id="hint" class="hint" aria-live="polite">${this.model === null ? HINT : (wrong ?? advice(text))}</p>
        ${isOpen ? this.#popup() : nothing}
      </div>
    `;
  }

  #popup() {
    const { result, active } = this.#list;
    const nearWords =
      result.subjects.length > 0
        ? 'No name: drawn from your words. The nearest names:'
        : 'No name, and none like it: drawn from your words.';
    return popup({
      ...{ result, active, nearWords },
      chosen: drawnText(this.value),
      choose: (label) => this.#choose(label),
    });
  }

  #show(): void {
    if (!this.disabled) this.#list.open();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#list.close();
    this.input.value = drawnText(this.value);
  }

  #onInput(event: Event): void {
    this.#list.type(this.input.value, -1);
    clearTimeout(this.#timer);
    if (!(event as InputEvent).isComposing) this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onPause(), PAUSE);
  }

  #onPause(): void {
    const { typed } = this.#list;
    if (typed === null || this.model === null) return;
    const { prompt } = wanted(typed, this.model);
    if (prompt === undefined || !this.#search.begins(typed)) this.#askFor(typed);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Enter') this.#onEnter();
    else if (event.key === 'Escape' && this.#list.isOpen) this.#close();
    else if (!this.#list.move(event.key)) return;
    event.preventDefault();
  }

  /** A text that cannot be drawn stays to be mended. */
  #onEnter(): void {
    const { activeLabel, typed, isOpen } = this.#list;
    if (activeLabel !== null) this.#choose(activeLabel);
    else if (typed !== null && this.#askFor(typed)) this.#settle();
    else if (!isOpen) this.#show();
  }

  #choose(label: string): void {
    this.#ask({ subject: label, prompt: undefined });
    this.#settle();
  }

  /** What was typed counts; what cannot be drawn gives way to what was. */
  #onBlur(): void {
    const { typed } = this.#list;
    if (typed !== null) this.#askFor(typed);
    this.#settle();
  }

  #settle(): void {
    this.#close();
    this.dispatchEvent(new CustomEvent('prompt-rest'));
  }

  /** False when the text cannot be drawn. */
  #askFor(text: string): boolean {
    if (this.model === null || problem(text) !== null) return false;
    this.#ask(wanted(text, this.model));
    return true;
  }

  #ask(value: Wanted): void {
    const { subject, prompt } = this.value;
    if (value.subject === subject && value.prompt === prompt) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent<Wanted>('prompt-change', { detail: value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-prompt-field': PromptField;
  }
}
