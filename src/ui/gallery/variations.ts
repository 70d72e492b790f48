import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Variation } from '../../generator/types.ts';
import type { DrawAside } from '../generation/aside.ts';
import { SliderRest } from '../history/slider-rest.ts';
import { Paintings } from '../image-view/paint.ts';
import '../number-field/number-field.ts';
import type { Draft } from '../store/studio-state.ts';
import { randomSeed } from '../studio/first-draft.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { dice } from '../styles/icons.ts';
import { section } from '../styles/section.styles.ts';
import { tiles } from '../styles/tiles.styles.ts';
import { EndsController } from './ends-controller.ts';
import { styles } from './variations.styles.ts';

const MAX_SEED = 2 ** 32 - 1;
/** How far a new variation goes: as far from the one seed as from the other. */
const HALFWAY = 0.5;
const STEP = 0.01;

/**
 * A variation of the picture: another seed to go to, and a slider for how far, between the pictures of both seeds once
 * it was used.
 *
 * @fires {CustomEvent<Partial<Draft>>} draft-change - with another seed to go to; bubbles, as all of these
 * @fires {CustomEvent<Partial<Draft>>} draft-edit - while a seed is typed; with none when the field is empty
 * @fires {CustomEvent<Partial<Draft>>} draft-drag - while the slider moves
 * @fires draft-rest - when the slider is let go, or the field is left
 */
@customElement('elit-variations')
export class Variations extends LitElement {
  static override styles = [base, controls, section, tiles, styles];

  @property({ attribute: false }) draft: Draft | null = null;
  /** Draws beside the user's own pictures. */
  @property({ attribute: false }) drawAside: DrawAside | null = null;
  /** Which model draws; with another one the pictures at the ends are gone. */
  @property() model = '';

  readonly #ends = new EndsController(this);
  readonly #paintings = new Paintings();
  readonly #slider = new SliderRest(() => this.#rest());

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model')) this.#ends.clear();
    if (this.#isNewlyVaried(changed.get('draft'))) this.#use();
    if (changed.has('draft')) this.#ends.follow();
  }

  override render() {
    const { draft } = this;
    const variation = draft?.variation;
    return html`
      <section aria-labelledby="variations">
        <h2 id="variations">Variations</h2>
        <p class="hint" aria-live="polite">${this.#words}</p>
        <elit-number-field
          label="Vary towards"
          plain
          optional
          .max=${MAX_SEED}
          .value=${variation?.seed ?? Number.NaN}
          .disabled=${draft === null}
          hint="Any whole number; empty for no variation"
          @value-change=${(event: CustomEvent<number>) => this.#emit('draft-edit', this.#towards(event.detail))}
          @value-rest=${this.#rest}
        >
          <button slot="action" class="button" type="button" ?disabled=${draft === null} @click=${this.#onDice}>
            ${dice} Any other
          </button>
        </elit-number-field>
        ${draft === null || variation === undefined ? nothing : this.#amount(draft, variation)}
      </section>
    `;
  }

  get #words(): string {
    const { problem } = this.#ends;
    if (problem !== '') return `The pictures at the ends were not drawn: ${problem}`;
    return 'Another seed’s noise, mixed into that of the picture.';
  }

  #amount({ seed }: Draft, variation: Variation) {
    const percent = Math.round(100 * variation.amount);
    return html`<div class="between">
      ${this.#end(seed, variation, 0)}
      <div>
        <label for="amount">How far</label>
        <input
          id="amount"
          type="range"
          min="0"
          max="1"
          step=${STEP}
          .value=${String(variation.amount)}
          aria-valuetext="${percent} % towards seed ${variation.seed}"
          @input=${(event: Event) => this.#onMove(variation, (event.target as HTMLInputElement).valueAsNumber)}
          @change=${this.#slider.onChange}
          @keydown=${this.#slider.onKeyDown}
          @keyup=${this.#slider.onKeyUp}
          @blur=${this.#slider.onBlur}
        />
        <p class="hint" aria-hidden="true">${percent} %</p>
      </div>
      ${this.#end(variation.seed, variation, 1)}
    </div>`;
  }

  /** What is at an end of the slider, and a way there. */
  #end(seed: number, variation: Variation, amount: 0 | 1) {
    if (Number.isNaN(seed)) return html`<span></span>`; // a field is empty
    const end = this.#ends.end(seed);
    const missing = end === null ? ': not drawn yet' : '';
    const old = end?.isOld ? ': drawn with other settings' : '';
    return html`<button
      class="tile"
      type="button"
      aria-label="All of seed ${seed}${missing}${old}"
      aria-current=${variation.amount === amount ? 'true' : nothing}
      ?data-old=${end?.isOld}
      @click=${() => this.#emit('draft-change', { variation: { ...variation, amount } })}
    >
      <span class="frame">${end === null ? nothing : html`<canvas></canvas>`}</span>
      <b>${seed}</b>
    </button>`;
  }

  protected override updated(): void {
    const { seed = 0, variation } = this.draft ?? {};
    const drawn = variation ? [seed, variation.seed].flatMap((each) => this.#ends.end(each)?.image ?? []) : [];
    this.#paintings.paint(this.renderRoot.querySelectorAll('canvas'), drawn);
  }

  /** Another seed is varied towards than a moment ago, whoever chose it; not what the page began with. */
  #isNewlyVaried(before: Draft | null | undefined): boolean {
    const seed = this.draft?.variation?.seed;
    return !!before && seed !== undefined && seed !== before.variation?.seed;
  }

  #use(): void {
    if (this.drawAside !== null) this.#ends.use(this.drawAside);
  }

  #towards(seed: number): Partial<Draft> {
    const amount = this.draft?.variation?.amount ?? HALFWAY;
    return { variation: Number.isNaN(seed) ? undefined : { seed, amount } };
  }

  #onDice(): void {
    this.#emit('draft-change', this.#towards(randomSeed()));
  }

  #onMove({ seed }: Variation, amount: number): void {
    this.#emit('draft-drag', { variation: { seed, amount } });
  }

  #rest(): void {
    this.dispatchEvent(new CustomEvent('draft-rest', { bubbles: true, composed: true }));
  }

  #emit(type: 'draft-change' | 'draft-edit' | 'draft-drag', patch: Partial<Draft>): void {
    this.#use();
    const detail: Partial<Draft> = { ...patch, noise: null };
    this.dispatchEvent(new CustomEvent<Partial<Draft>>(type, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-variations': Variations;
  }
}
