import { css, html, LitElement } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { copyText } from '../copy/copy-text.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';

const PAPER = 'https://arxiv.org/abs/2603.12245';
const TITLE = 'One Model, Many Budgets: Elastic Latent Interfaces for Diffusion Transformers';
const AUTHORS = [
  ['Haji-Ali', 'Moayed'],
  ['Menapace', 'Willi'],
  ['Skorokhodov', 'Ivan'],
  ['Park', 'Dogyun'],
  ['Kag', 'Anil'],
  ['Vasilkovsky', 'Michael'],
  ['Tulyakov', 'Sergey'],
  ['Ordonez', 'Vicente'],
  ['Siarohin', 'Aliaksandr'],
];
const BIBTEX = `@inproceedings{hajiali2026elit,
  title = {${TITLE}},
  author = {${AUTHORS.map((names) => names.join(', ')).join('\n    and ')}},
  booktitle = {IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)},
  year = {2026},
  eprint = {2603.12245},
  archivePrefix = {arXiv}
}`;

/** The paper behind the method: where to read it, and how to cite it. */
@customElement('elit-citation')
export class Citation extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      h3 {
        margin: 0 0 var(--space-2);
        font-size: var(--text-body);
        font-weight: 650;
      }
      p {
        margin: 0 0 var(--space-3);
      }
      a {
        color: var(--accent);
        text-underline-offset: 0.2em;
      }
      pre {
        margin: 0 0 var(--space-3);
        padding: var(--space-3);
        max-inline-size: 100%;
        font-family: ui-monospace, monospace;
        font-size: var(--text-small);
        line-height: 1.5;
        background: var(--sunken);
        border-radius: var(--radius);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private copyWords = 'Copy BibTeX';
  @query('pre') private readonly text!: HTMLPreElement;

  override render() {
    return html`
      <section aria-labelledby="paper">
        <h3 id="paper">The paper</h3>
        <p>
          The method is by ${AUTHORS.map(([last, first]) => `${first} ${last}`).join(', ')}:
          <a href=${PAPER}>${TITLE}</a>, CVPR 2026. This page is an implementation of its own, and not by them.
        </p>
        <pre>${BIBTEX}</pre>
        <button class="button" type="button" @click=${this.#onCopy}>${this.copyWords}</button>
      </section>
    `;
  }

  async #onCopy(): Promise<void> {
    this.copyWords = await copyText(this.text);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-citation': Citation;
  }
}
