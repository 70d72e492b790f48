import { html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import { percent } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import './citation.ts';
import { type Anatomy, anatomy, type Part, places, ribbon, SIDE } from './diagram.ts';
import { styles } from './how-it-works.styles.ts';
import './model-card.ts';

/**
 * What the budget does, in words and in a diagram of the network at that budget; the paper; and what there is to know
 * of the model. Shows nothing before a model has loaded.
 *
 * @example <elit-how-it-works .info=${generator.info} budget="8"></elit-how-it-works>
 */
@customElement('elit-how-it-works')
export class HowItWorks extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  /** Latents kept in each group. */
  @property({ type: Number }) budget = 1;

  override render() {
    const { info, budget } = this;
    if (info === null) return nothing;
    const network = anatomy(info, budget);
    return html`
      <section class="story" aria-labelledby="how">
        <h2 id="how">How it works</h2>
        ${this.#story(info)}
      </section>
      ${network === null ? nothing : this.#diagram(info, network)}
      <elit-model-card .info=${info}></elit-model-card>
      <elit-citation></elit-citation>
    `;
  }

  #story({ maxBudget, groups, network: { tokens, blocks } }: ModelInfo) {
    const start = html`<p>
      A picture starts as noise. At every step the network looks at it and says which way each place should change; after
      the last step a decoder turns the result into pixels.
    </p>`;
    if (blocks.core === 0) {
      return html`${start}<p>This model is a plain diffusion transformer: it has no latents, so it has one budget.</p>`;
    }
    return html`
      ${start}
      <p>
        To the network a picture is ${tokens} tokens, in ${groups === 1 ? 'one group' : `${groups} groups`}. The head works
        on all of them. <b>Read</b> gathers what they hold in ${maxBudget} latents a group. The core, where most of the work
        is, sees the latents alone. <b>Write</b> takes what it found back to the tokens, and the tail finishes them.
      </p>
      <p>
        While it learned, the last latents of each group were left out at random. So it came to put first what matters most,
        and now you decide: a budget of k runs the core on the first k latents of each group. Fewer are faster and lose
        detail first. The weights are the same at every budget.
      </p>
    `;
  }

  #diagram({ maxBudget, flopShare }: ModelInfo, { parts, rest, total }: Anatomy) {
    return html`
      <figure aria-label="The network at budget ${this.budget}">
        <ol>
          ${parts.map(
            (part) => html`<li data-part=${part.name}>
              ${this.#picture(part)}
              <span class="part">${part.name}</span>
              <span class="work">${part.work}</span>
              <span class="share">${percent(part.share)}</span>
            </li>`,
          )}
        </ol>
        ${this.#bar([...parts, { name: 'rest', share: rest }])}
        <figcaption>
          In FLOPs, of a forward at the full budget, ${maxBudget}: ${percent(flopShare[this.budget - 1] ?? total)} at budget
          ${this.budget}. ${percent(rest)} is for what stands around these parts, last in the bar.
        </figcaption>
      </figure>
    `;
  }

  #picture({ name }: Part) {
    return html`<svg viewBox="0 0 ${SIDE} ${SIDE}" aria-hidden="true">${this.#shape(name)}</svg>`;
  }

  #shape(name: Part['name']) {
    const { maxBudget, groups, network } = this.info!;
    const kept = this.budget / maxBudget;
    if (name === 'Read') return svg`<path class="ribbon" d=${ribbon(1, kept)} />`;
    if (name === 'Write') return svg`<path class="ribbon" d=${ribbon(kept, 1)} />`;
    const shown = places(network.tokens, groups, name === 'Core' ? this.budget : maxBudget);
    return svg`<path class="dropped" d=${shown.dropped} /><path class="kept" d=${shown.kept} />`;
  }

  /** The parts in a row, as wide as they cost; the empty rest is what the budget saves. */
  #bar(parts: readonly { readonly name: string; readonly share: number }[]) {
    let x = 0;
    return html`<svg class="total" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      ${parts.map(({ name, share }) => {
        const at = x;
        x += 100 * share;
        return svg`<rect data-part=${name} x=${at} y="0" width=${100 * share} height="4" />`;
      })}
    </svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-how-it-works': HowItWorks;
  }
}
