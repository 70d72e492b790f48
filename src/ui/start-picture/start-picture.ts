import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ElitError } from '../../errors.ts';
import { SliderRest } from '../history/slider-rest.ts';
import { paint } from '../image-view/paint.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { FIRST_STRENGTH, type Start, strengthWords } from './start.ts';
import { styles } from './start-picture.styles.ts';

/**
 * Takes a picture that drawings begin with, chosen or dropped here, and how much of it they keep. Any picture will do:
 * one that this page made is read as pixels here, while the rest of the page restores its settings.
 *
 * @fires {CustomEvent<Start | null>} start-change - with another picture, or none
 * @fires {CustomEvent<Start>} start-drag - while the strength is dragged, with every new value
 * @fires {CustomEvent} start-rest - when pointer or key that moved it is let go
 */
@customElement('elit-start-picture')
export class StartPictureField extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) value: Start | null = null;

  @state() private isOver = false;
  @state() private words = '';
  @state() private hasFailed = false;
  @query('canvas') private readonly canvas!: HTMLCanvasElement | null;
  @query('input[type="file"]') private readonly input!: HTMLInputElement;
  @query('.choose') private readonly chooseButton!: HTMLButtonElement;

  readonly #slider = new SliderRest(() => this.dispatchEvent(new CustomEvent('start-rest')));
  /** Counts the files that were given: only the last one counts. */
  #given = 0;

  override render() {
    const { value } = this;
    return html`
      <section aria-labelledby="title" @dragover=${this.#onOver} @dragleave=${this.#onLeave} @drop=${this.#onDrop}>
        <h2 id="title">Start from a picture</h2>
        <div class="place" ?data-filled=${value !== null} ?data-over=${this.isOver}>
          ${
            value === null
              ? nothing
              : html`<canvas role="img" aria-label="Picture to start from: ${value.name}"></canvas>`
          }
          <div class="beside">
            <p class="name">${value?.name ?? 'Drop a picture here, and the drawing begins with its shapes and colours.'}</p>
            <div class="actions">
              <button class="button choose" type="button" @click=${this.#onChoose}>
                ${value === null ? 'Choose a picture' : 'Replace'}
              </button>
              ${value === null ? nothing : html`<button class="button" type="button" @click=${this.#onRemove}>Remove</button>`}
            </div>
          </div>
          <input type="file" accept="image/*" hidden aria-label="Picture file" @change=${this.#onChosen} />
        </div>
        ${value === null ? nothing : this.#strength(value)}
        <p class="words ${this.hasFailed ? '' : 'sr-only'}" aria-live="polite" ?data-failed=${this.hasFailed}>${this.words}</p>
      </section>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('value') || this.value === null || this.canvas === null) return;
    if (changed.get('value')?.pixels !== this.value.pixels) paint(this.canvas, this.value.pixels);
  }

  #strength(value: Start) {
    const words = strengthWords(value.strength);
    return html`
      <div class="strength">
        <label for="strength">Strength</label>
        <input
          id="strength"
          type="range"
          min="0.05"
          max="1"
          step="0.05"
          .value=${String(value.strength)}
          aria-valuetext=${words}
          @input=${this.#onInput}
          @change=${this.#slider.onChange}
          @keydown=${this.#slider.onKeyDown}
          @keyup=${this.#slider.onKeyUp}
          @blur=${this.#slider.onBlur}
        />
        <p class="hint">${words}</p>
      </div>
    `;
  }

  async #take(file: File): Promise<void> {
    const given = ++this.#given;
    try {
      const { readPicture } = await import('./read-picture.ts');
      const picture = await readPicture(file);
      if (given !== this.#given) return;
      this.#say(`“${file.name}” is what drawings begin with now.`, false);
      this.#change({ ...picture, strength: this.value?.strength ?? FIRST_STRENGTH });
    } catch (thrown) {
      if (given !== this.#given) return;
      const { message, hint } = ElitError.from(thrown);
      this.#say(`${message} ${hint}`, true);
    }
  }

  #say(words: string, hasFailed: boolean): void {
    this.words = words;
    this.hasFailed = hasFailed;
  }

  #change(start: Start | null): void {
    this.dispatchEvent(new CustomEvent<Start | null>('start-change', { detail: start }));
  }

  readonly #onOver = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // the page restores settings from what is dropped elsewhere
    this.isOver = true;
  };

  /** Also fired from one element to the next inside. */
  readonly #onLeave = (event: DragEvent) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node && this.renderRoot.contains(next))) this.isOver = false;
  };

  readonly #onDrop = (event: DragEvent) => {
    this.isOver = false;
    const file = event.dataTransfer?.files[0];
    if (event.defaultPrevented || file === undefined) return; // what is no picture has another taker
    event.preventDefault();
    void this.#take(file);
  };

  readonly #onChoose = () => this.input.click();

  readonly #onChosen = () => {
    const file = this.input.files?.[0];
    if (file !== undefined) void this.#take(file);
    this.input.value = ''; // the same file may be chosen again
  };

  readonly #onRemove = () => {
    this.#given++;
    this.#say('', false);
    this.#change(null);
    this.chooseButton.focus(); // the button that had the focus goes
  };

  readonly #onInput = (event: Event) => {
    if (this.value === null) return;
    const strength = (event.target as HTMLInputElement).valueAsNumber;
    this.dispatchEvent(new CustomEvent<Start>('start-drag', { detail: { ...this.value, strength } }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-start-picture': StartPictureField;
  }
}
