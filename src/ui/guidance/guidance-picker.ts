import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { percent } from '../format/numbers.ts';
import { Visit } from '../history/visit.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { fieldset } from '../styles/fieldset.styles.ts';
import '../number-field/number-field.ts';
import {
  type Guidance,
  type GuidanceKind,
  guidanceCost,
  hasBudget,
  KINDS,
  wholeGuidance,
  withKind,
} from './guidance.ts';
import { styles } from './guidance-picker.styles.ts';

const MAX_SCALE = 100;

/**
 * Picks how a picture is guided. Every kind stands with what it costs at the settings as they are, before it is
 * chosen; below are the numbers that the chosen kind has. They may be out of range: whoever draws is the judge.
 *
 * @fires {CustomEvent<Guidance>} guidance-edit - with the whole of it
 * @fires guidance-rest - after a press, and when a number's field or the row of kinds is left: what changed until then
 *   belongs together
 */
@customElement('elit-guidance-picker')
export class GuidancePicker extends LitElement {
  static override styles = [base, controls, fieldset, styles];

  @property({ attribute: false }) value: Guidance = wholeGuidance(1);
  /** Latents a group of the run. */
  @property({ type: Number }) budget = 16;
  /** Steps of the run. */
  @property({ type: Number }) steps = 20;
  /** FLOPs of a forward at budget k (index k-1) as a share of the full budget's; empty while unknown. */
  @property({ attribute: false }) flopShare: readonly number[] = [];
  @property({ type: Boolean }) disabled = false;

  readonly #visit = new Visit(() => this.#rest());

  override render() {
    const { kind } = this.value;
    return html`
      <fieldset
        aria-describedby="of"
        @keydown=${this.#visit.onKeyDown}
        @keyup=${this.#visit.onKeyUp}
        @focusout=${this.#visit.onFocusOut}
      >
        <legend>Guidance</legend>
        <div class="kinds">${(Object.keys(KINDS) as GuidanceKind[]).map((offered) => this.#kind(offered))}</div>
        <p id="of" class="hint">The cost is in FLOPs, of those of CFG at the full budget</p>
      </fieldset>
      ${kind === 'none' ? nothing : html`<div class="numbers">${this.#numbers()}</div>`}
    `;
  }

  #kind(kind: GuidanceKind) {
    const isChosen = kind === this.value.kind;
    const { name, meaning } = KINDS[kind];
    const cost = guidanceCost({ ...this.value, kind }, this, this.flopShare);
    return html`
      <label class="kind" ?data-chosen=${isChosen}>
        <input
          type="radio"
          name="kind"
          value=${kind}
          .checked=${isChosen}
          ?disabled=${this.disabled}
          @change=${() => this.#choose(kind)}
        />
        <span><b>${name}</b> <span class="meaning">${meaning}</span></span>
        <span class="cost">
          ${cost === null ? '–' : percent(cost)}
          <span class="bar" aria-hidden="true"><i ${cssProperties({ '--share': String(Math.min(1, cost ?? 0)) })}></i></span>
        </span>
      </label>
    `;
  }

  #numbers() {
    const { kind, scale, budget, interval } = this.value;
    const [low, high] = interval;
    const own = hasBudget(kind);
    return html`
      ${this.#number('Guidance scale', scale, { max: MAX_SCALE, step: 0.5, hint: '1 is off', wide: !own }, (scale) => ({ scale }))}
      ${
        own
          ? this.#number(
              'Guiding budget',
              budget,
              { min: 1, max: this.flopShare.length || 16, step: 1, hint: 'Latents of the second call' },
              (budget) => ({ budget }),
            )
          : nothing
      }
      ${this.#number('Guided from t', low, { max: 1, step: 0.05, hint: '0 is the picture' }, (low) => ({ interval: [low, high] }))}
      ${this.#number('Guided up to t', high, { min: low, max: 1, step: 0.05, hint: '1 is the noise' }, (high) => ({ interval: [low, high] }))}
    `;
  }

  #number(
    label: string,
    value: number,
    {
      min = 0,
      max,
      step,
      hint,
      wide = false,
    }: { min?: number; max: number; step: number; hint: string; wide?: boolean },
    patch: (value: number) => Partial<Guidance>,
  ) {
    return html`
      <elit-number-field
        class=${wide ? 'wide' : ''}
        label=${label}
        hint=${hint}
        .min=${Number.isFinite(min) ? min : 0}
        .max=${max}
        .step=${step}
        .value=${value}
        .disabled=${this.disabled}
        @value-change=${(event: CustomEvent<number>) => this.#set(patch(event.detail))}
        @value-rest=${this.#rest}
      ></elit-number-field>
    `;
  }

  #choose(kind: GuidanceKind): void {
    this.#set(withKind(this.value, kind, this.flopShare.length));
    this.#visit.chosen();
  }

  #set(patch: Partial<Guidance>): void {
    this.value = { ...this.value, ...patch };
    this.dispatchEvent(new CustomEvent<Guidance>('guidance-edit', { detail: this.value }));
  }

  #rest(): void {
    this.dispatchEvent(new CustomEvent('guidance-rest'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-guidance-picker': GuidancePicker;
  }
}
