import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AttentionMaps } from '../../generator/attention.ts';
import type { Pixels } from '../../generator/types.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import './attention-picture.ts';
import type { PlaceChange } from './attention-picture.ts';
import { styles } from './attention-view.styles.ts';
import { LEGEND } from './colours.ts';
import './latent-bars.ts';
import { groupSize, highestShare, type Place, placeWords, readShares, share, writeShares } from './maps.ts';

/** Read is looked at by latent, Write by place. */
type Side = 'read' | 'write';
/** In place of a latent's number: the mean of those in the budget. */
const TOGETHER = -1;

/**
 * The maps of one picture: Read's over the picture for a latent, or Write's for a place as bars, at one step.
 *
 * @example <elit-attention-view .pixels=${image} .maps=${maps}></elit-attention-view>
 */
@customElement('elit-attention-view')
export class AttentionView extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) pixels: Pixels | null = null;
  @property({ attribute: false }) maps: AttentionMaps | null = null;

  @state() private side: Side = 'read';
  @state() private latent = 0;
  @state() private place: Place = { row: 0, column: 0 };
  /** The number of the step among those looked at. */
  @state() private index = 0;
  /** What the last key led to. */
  @state() private spoken = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('maps') || this.maps === null) return;
    const { grid, steps } = this.maps;
    const before = changed.get('maps');
    this.spoken = '';
    if (before?.steps.length !== steps.length) this.index = steps.length - 1;
    if (before?.grid !== grid) this.place = { row: Math.floor(grid / 2), column: Math.floor(grid / 2) };
    if (this.latent >= groupSize(this.maps)) this.latent = 0;
  }

  override render() {
    const { maps, side } = this;
    if (maps === null) return nothing;
    const [first, end] = this.#latents(maps);
    const values = side === 'read' ? readShares(maps, this.index, first, end) : null;
    const highest = side === 'read' ? highestShare(maps, first, end) : 1;
    const step = `step ${maps.steps[this.index]}`;
    return html`
      <div class="side">
        <elit-attention-picture
          .pixels=${this.pixels}
          .grid=${maps.grid}
          .window=${maps.window}
          .values=${values}
          .highest=${highest}
          .place=${this.place}
          label="${side === 'read' ? `What ${this.#latentWords(maps)} reads, ${step}` : `A place of the picture, ${step}`}. Arrow keys choose a place."
          @place-change=${this.#onPlace}
        ></elit-attention-picture>
        <p class="hint readout">${this.#readout(maps, values)}</p>
        <p class="sr-only" aria-live="polite">${this.spoken}</p>
      </div>
      <div class="side">
        ${this.#controls(maps)} ${values === null ? this.#bars(maps) : this.#reading(maps, values, highest)}
      </div>
    `;
  }

  #controls(maps: AttentionMaps) {
    return html`
      <div class="controls">
        <div>
          <label for="side">Show</label>
          <select id="side" class="field" @change=${this.#onSide}>
            <option value="read" ?selected=${this.side === 'read'}>Read, latent by latent</option>
            <option value="write" ?selected=${this.side === 'write'}>Write, place by place</option>
          </select>
        </div>
        ${this.side === 'read' ? this.#latentField(maps) : nothing}
      </div>
      <div>
        <label for="step">Step ${maps.steps[this.index]} of ${maps.settings.steps}</label>
        <input
          id="step"
          type="range"
          min="0"
          max=${maps.steps.length - 1}
          .value=${String(this.index)}
          ?disabled=${maps.steps.length === 1}
          aria-valuetext="step ${maps.steps[this.index]}"
          @input=${this.#onStep}
        />
      </div>
    `;
  }

  #latentField(maps: AttentionMaps) {
    const { budget } = maps.settings;
    const named = (latent: number) => `latent ${latent + 1}${latent < budget ? '' : ', left out of the core'}`;
    return html`<div>
      <label for="latent">Of</label>
      <select id="latent" class="field" @change=${this.#onLatent}>
        <option value=${TOGETHER} ?selected=${this.latent === TOGETHER}>${together(budget)}</option>
        ${Array.from(
          { length: groupSize(maps) },
          (_, latent) => html`<option value=${latent} ?selected=${latent === this.latent}>${named(latent)}</option>`,
        )}
      </select>
    </div>`;
  }

  /** The colours in words and numbers. */
  #reading({ grid, window }: AttentionMaps, values: Float32Array, highest: number) {
    return html`
      <figure>
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <linearGradient id="colours">
            ${LEGEND.map((colour, i) => svg`<stop offset=${i / (LEGEND.length - 1)} stop-color=${colour} />`)}
          </linearGradient>
          <rect width="100" height="4" fill="url(#colours)" />
        </svg>
        <figcaption><span>0 %</span><span>${share(highest)}</span></figcaption>
      </figure>
      <p class="hint">
        The share of each place in the latent, the mean over the heads. Each group of ${window} × ${window} places has latents
        of its own, whose shares sum to 100 %: evenly it would be ${share(1 / window ** 2)}. The colours end at the highest
        share of any step.
      </p>
      <details>
        <summary>The numbers</summary>
        <div class="scroll" role="region" aria-label="Share of each place in percent" tabindex="0">
          <table>
            <tr>
              <td></td>
              ${Array.from({ length: grid }, (_, column) => html`<th scope="col">${column + 1}</th>`)}
            </tr>
            ${Array.from(
              { length: grid },
              (_, row) => html`<tr>
                <th scope="row">${row + 1}</th>
                ${Array.from(values.subarray(row * grid, (row + 1) * grid), (value) => html`<td>${(100 * value).toFixed(1)}</td>`)}
              </tr>`,
            )}
          </table>
        </div>
      </details>
    `;
  }

  #bars(maps: AttentionMaps) {
    const { budget } = maps.settings;
    const shares = maps.steps.map((_, index) => writeShares(maps, index, this.place));
    const highest = Math.max(...shares.map((values) => Math.max(...values)));
    return html`
      <elit-latent-bars .shares=${shares[this.index] ?? []} .kept=${budget} .highest=${highest}></elit-latent-bars>
      <p class="hint">
        What the place is given of each latent of its group, the mean over the heads; in sum 100 %.
        ${budget < groupSize(maps) ? `Latents after ${budget} are left out of the core: they hold what Read saw, and no more.` : ''}
      </p>
    `;
  }

  #readout(maps: AttentionMaps, values: Float32Array | null): string {
    const { place } = this;
    if (values !== null) return `${placeWords(place)}: ${share(values[place.row * maps.grid + place.column] ?? 0)}`;
    const shares = writeShares(maps, this.index, place);
    const most = shares.indexOf(Math.max(...shares));
    return `${placeWords(place)}: most of latent ${most + 1}, ${share(shares[most] ?? 0)}`;
  }

  #latents(maps: AttentionMaps): [first: number, end: number] {
    return this.latent === TOGETHER ? [0, maps.settings.budget] : [this.latent, this.latent + 1];
  }

  #latentWords({ settings }: AttentionMaps): string {
    return this.latent === TOGETHER ? together(settings.budget) : `latent ${this.latent + 1}`;
  }

  readonly #onSide = (event: Event) => {
    this.side = (event.target as HTMLSelectElement).value === 'write' ? 'write' : 'read';
  };

  readonly #onLatent = (event: Event) => {
    this.latent = Number((event.target as HTMLSelectElement).value);
  };

  readonly #onStep = (event: Event) => {
    this.index = Number((event.target as HTMLInputElement).value);
  };

  readonly #onPlace = ({ detail: { place, byKey } }: CustomEvent<PlaceChange>) => {
    this.place = place;
    if (!byKey || this.maps === null) return;
    const [first, end] = this.#latents(this.maps);
    const values = this.side === 'read' ? readShares(this.maps, this.index, first, end) : null;
    this.spoken = this.#readout(this.maps, values);
  };
}

function together(budget: number): string {
  return budget === 1 ? 'the one of the budget' : `the first ${budget} together`;
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-attention-view': AttentionView;
  }
}
