import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './update-notice.styles.ts';
import { type UpdateWatch, watchForUpdates } from './update-watch.ts';

/**
 * One quiet line when a new version of the site waits. Nothing is loaded anew before the user asks for it: there may be
 * a picture on the page.
 */
@customElement('elit-update-notice')
export class UpdateNotice extends LitElement {
  static override styles = [base, controls, styles];

  @state() private ready: UpdateWatch | null = null;

  /** Registers the service worker at `script`. */
  watch(script: URL): void {
    void watchForUpdates(script, (update) => {
      this.ready = update;
    });
  }

  override render() {
    const { ready } = this;
    return html`<div aria-live="polite">${
      ready === null
        ? nothing
        : html`<div class="line">
            <span>A new version is ready.</span>
            <button class="button" type="button" @click=${() => ready.apply()}>Reload</button>
            <button class="button" type="button" @click=${this.#later}>Later</button>
          </div>`
    }</div>`;
  }

  readonly #later = () => {
    this.ready = null;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-update-notice': UpdateNotice;
  }
}
