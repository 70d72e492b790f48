import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Variation } from '../../generator/types.ts';
import '../number-field/number-field.ts';
import type { Draft } from '../store/studio-state.ts';
import { randomSeed } from '../studio/first-draft.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { dice } from '../styles/icons.ts';

const MAX_SEED = 2 ** 32 - 1;
/** How far a new variation goes: as far from the one seed as from the other. */
const HALFWAY = 0.5;
const STEP = 0.01;

/**
 * A variation of the picture: another seed to go to, and a slider for how far.
 *
 * @fires {CustomEvent<Partial<Draft>>} draft-change - with another seed to go to; bubbles, as all of these
 * @fires {CustomEvent<Partial<Draft>>} draft-edit - while a seed is typed; with none when the field is empty
 * @fires {CustomEvent<Partial<Draft>>} draft-drag - while the slider moves
 * @fires draft-rest - when the slider is let go, or the field is left
 */
@customElement('elit-variations')
export class Variations extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        max-inline-size: 36rem;
      }
      h2 {
        margin: 0;
        font-size: 1.125rem;
        font-weight: 650;
      }
      .hint {
        margin: 0;
      }
      input[type='range'] {
        inline-size: 100%;
        min-block-size: var(--touch);
        margin: 0;
        accent-color: var(--accent);
      }
      .ends {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
        color: var(--muted);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) draft: Draft | null = null;

  #isKeyDown = false;

  override render() {
    const { draft } = this;
    const variation = draft?.variation;
    return html`
      <section aria-labelledby="variations">
        <h2 id="variations">Variations</h2>
        <p class="hint">Another seed’s noise, mixed into that of the picture.</p>
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

  #amount({ seed }: Draft, variation: Variation) {
    const percent = Math.round(100 * variation.amount);
    return html`<div>
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
        @change=${this.#onChange}
        @keydown=${this.#onKeyDown}
        @keyup=${this.#onKeyUp}
      />
      <div class="ends" aria-hidden="true"><span>${seed}</span><span>${percent} %</span><span>${variation.seed}</span></div>
    </div>`;
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

  /** A pointer was let go; a key that is held down “changes” the value again and again. */
  #onChange(): void {
    if (!this.#isKeyDown) this.#rest();
  }

  #onKeyDown(): void {
    this.#isKeyDown = true;
  }

  #onKeyUp(): void {
    this.#isKeyDown = false;
    this.#rest();
  }

  #rest(): void {
    this.dispatchEvent(new CustomEvent('draft-rest', { bubbles: true, composed: true }));
  }

  #emit(type: 'draft-change' | 'draft-edit' | 'draft-drag', patch: Partial<Draft>): void {
    const detail: Partial<Draft> = { ...patch, noise: null };
    this.dispatchEvent(new CustomEvent<Partial<Draft>>(type, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-variations': Variations;
  }
}
