import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { cssProperties } from '../styles/css-properties.ts';
import { share } from './maps.ts';

/**
 * How much of each latent is in a place, as a bar and in percent.
 *
 * @example <elit-latent-bars .shares=${shares} kept="8" highest="0.4"></elit-latent-bars>
 */
@customElement('elit-latent-bars')
export class LatentBars extends LitElement {
  static override styles = [
    base,
    css`
      ol {
        columns: 13rem;
        column-gap: var(--space-6);
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      li {
        display: grid;
        grid-template-columns: 1.75rem 1fr 3.5rem;
        align-items: center;
        gap: var(--space-2);
        min-block-size: 1.625rem;
        break-inside: avoid;
      }
      li > :last-child {
        text-align: end;
      }
      .bar {
        block-size: 0.75rem;
        background: var(--sunken);
        border-radius: 0.25rem;
        overflow: hidden;
      }
      i {
        display: block;
        block-size: 100%;
        background: var(--accent);
      }
      /* As in the diagram: latents that the core does not see are grey. */
      .left-out i {
        background: var(--edge);
      }
      .left-out {
        color: var(--muted);
      }
    `,
  ];

  /** By latent, in sum 1. */
  @property({ attribute: false }) shares: ArrayLike<number> = [];
  /** Latents of the budget; those after them did not pass through the core. */
  @property({ type: Number }) kept = 0;
  /** The share of a full bar. */
  @property({ type: Number }) highest = 1;

  override render() {
    return html`<ol aria-label="Share of each latent">
      ${Array.from(this.shares, (value, latent) => {
        const isLeftOut = latent >= this.kept;
        return html`<li class=${isLeftOut ? 'left-out' : ''}>
          <span><span class="sr-only">latent </span>${latent + 1}</span>
          <span class="bar" aria-hidden="true">
            <i ${cssProperties({ 'inline-size': `${(100 * value) / this.highest}%` })}></i>
          </span>
          <span>${share(value)}<span class="sr-only">${isLeftOut ? ', left out of the core' : ''}</span></span>
        </li>`;
      })}
    </ol>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-latent-bars': LatentBars;
  }
}
