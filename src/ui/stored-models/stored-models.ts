import { html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ElitError } from '../../errors.ts';
import type { StoredModel } from '../../generator/model-store/model-store.ts';
import { megabytes } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './stored-models.styles.ts';

/** What is kept on this device, and a way to remove it. It looks only when it is opened. */
@customElement('elit-stored-models')
export class StoredModels extends LitElement {
  static override styles = [base, controls, styles];

  /** null while it is being looked up. */
  @state() private models: readonly StoredModel[] | null = null;
  @state() private failure = '';

  override render() {
    return html`
      <details @toggle=${this.#onToggle}>
        <summary>Models on this device</summary>
        <div aria-live="polite">${this.#list()}</div>
      </details>
    `;
  }

  #list() {
    if (this.failure !== '') return html`<p>${this.failure}</p>`;
    if (this.models === null) return html`<p>Looking…</p>`;
    if (this.models.length === 0) return html`<p>None is kept. The next visit downloads what it needs.</p>`;
    return html`<ul>${this.models.map(
      (model) => html`<li>
        <span>${nameOf(model)}, ${megabytes(model.bytes)} MB</span>
        <button class="button" type="button" aria-label="Remove ${nameOf(model)}" @click=${() => this.#remove(model)}>
          Remove
        </button>
      </li>`,
    )}</ul>`;
  }

  #onToggle(event: ToggleEvent): void {
    if (event.newState === 'open') void this.#update(async () => undefined);
  }

  #remove({ address }: StoredModel): void {
    void this.#update(async ({ evictModel }) => evictModel(address));
  }

  async #update(change: (store: typeof import('../../generator/model-store/open-source.ts')) => Promise<void>) {
    try {
      const store = await import('../../generator/model-store/open-source.ts');
      await change(store);
      this.models = await store.storedModels();
      this.failure = '';
    } catch (thrown) {
      this.failure = `The browser does not say what it keeps: ${ElitError.from(thrown).message}`;
    }
  }
}

/** The folder's name: “emoji-128” of “https://example.org/models/emoji-128/”. */
function nameOf({ address }: StoredModel): string {
  return address.split('/').at(-2) || 'an unfinished download';
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-stored-models': StoredModels;
  }
}
