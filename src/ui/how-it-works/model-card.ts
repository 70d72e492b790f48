import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import { base } from '../styles/base.styles.ts';
import { modelFacts, modelLimits } from './model-facts.ts';

/** What there is to know of a model before its pictures are used: data, training, limits, and whose work it learned from. */
@customElement('elit-model-card')
export class ModelCard extends LitElement {
  static override styles = [
    base,
    css`
      h3 {
        margin: 0 0 var(--space-2);
        font-size: var(--text-body);
        font-weight: 650;
      }
      h3:not(:first-child) {
        margin-block-start: var(--space-6);
      }
      p {
        margin: 0 0 var(--space-3);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
        margin: 0;
        font-size: var(--text-small);
      }
      dt {
        color: var(--muted);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      ul {
        margin: 0;
        padding-inline-start: 1.1em;
        font-size: var(--text-small);
      }
      li + li {
        margin-block-start: var(--space-1);
      }
      a {
        color: var(--accent);
        text-underline-offset: 0.2em;
        text-decoration-thickness: 1px;
      }
    `,
  ];

  @property({ attribute: false }) info: ModelInfo | null = null;

  override render() {
    const { info } = this;
    if (info === null) return nothing;
    return html`
      <section aria-labelledby="card">
        <h3 id="card">The model: ${info.name}</h3>
        <p>${info.description}.</p>
        <dl>${modelFacts(info).map(([name, words]) => html`<dt>${name}</dt><dd>${words}</dd>`)}</dl>
        <h3>Limits</h3>
        <ul>${modelLimits(info).map((limit) => html`<li>${limit}</li>`)}</ul>
        ${info.licences.length === 0 ? nothing : this.#licences(info)}
      </section>
    `;
  }

  #licences({ licences }: ModelInfo) {
    return html`
      <h3>Whose work it learned from</h3>
      <ul>
        ${licences.map(({ work, by, licence, url }) => html`<li><a href=${url}>${work}</a> by ${by}, ${licence}</li>`)}
      </ul>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-model-card': ModelCard;
  }
}
