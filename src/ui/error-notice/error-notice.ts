import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ErrorCode, ErrorData } from '../../errors.ts';
import { copyText } from '../copy/copy-text.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './error-notice.styles.ts';
import { TITLES } from './titles.ts';

/** The same again fails the same way: another setting, another picture, address or browser is what helps. */
const FINAL: readonly ErrorCode[] = [
  'insecure-context',
  'webgpu-missing',
  'request-invalid',
  'unsupported',
  'name-unknown',
  'picture-invalid',
  'archive-invalid',
  'superseded',
];

/**
 * The one face of every failure: what happened, what to do, and details to copy into a report.
 *
 * @fires retry - when the user asks to try again
 */
@customElement('elit-error-notice')
export class ErrorNotice extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) error: ErrorData | null = null;
  /** Lines that help whoever reads a report: browser, adapter, settings. */
  @property() context = '';

  @state() private copyWords = 'Copy details';
  @query('details') private readonly details!: HTMLDetailsElement;
  @query('pre') private readonly report!: HTMLPreElement;

  override render() {
    return html`<div role="alert" class="notice" ?hidden=${this.error === null}>
      ${this.error === null ? nothing : this.#notice(this.error)}
    </div>`;
  }

  #notice({ code, message, hint }: ErrorData) {
    return html`
      <h2>${TITLES[code]}</h2>
      <p class="what">${message}</p>
      <p>${hint}</p>
      <div class="actions">
        ${
          FINAL.includes(code)
            ? nothing
            : html`<button class="button primary" type="button" @click=${this.#onRetry}>Try again</button>`
        }
        <button class="button quiet" type="button" @click=${this.#onCopy}>${this.copyWords}</button>
      </div>
      <details>
        <summary>Details</summary>
        <pre tabindex="0">${`${code}: ${message}\n${hint}\n${this.context}`.trim()}</pre>
      </details>
    `;
  }

  #onRetry(): void {
    this.dispatchEvent(new CustomEvent('retry'));
  }

  async #onCopy(): Promise<void> {
    this.details.open = true;
    this.copyWords = await copyText(this.report);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('error')) this.copyWords = 'Copy details';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-error-notice': ErrorNotice;
  }
}
