import { html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { isTyping, shortcutOf } from './keys.ts';
import { styles } from './shortcuts.styles.ts';

/** Keys that are pressed together, then what they do. */
type Line = readonly [keys: readonly string[], what: string];

function lines(command: string): readonly Line[] {
  return [
    [['←', '→'], 'a smaller or a larger budget, on the slider'],
    [['Home', 'End'], 'the smallest or the full budget, on the slider'],
    [[`${command}+Z`], 'take the last change of a setting back'],
    [[`Shift+${command}+Z`], 'make it again'],
    [['?'], 'this list'],
    [['Esc'], 'close this list, or that of the subjects'],
  ];
}

/** A button, and the key `?`, for the list of the page's shortcuts. */
@customElement('elit-shortcuts')
export class Shortcuts extends LitElement {
  static override styles = [base, controls, styles];

  @state() private isOpen = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
  }

  override render() {
    return html`
      <button class="button" type="button" aria-haspopup="dialog" @click=${this.#show}>Keyboard shortcuts</button>
      <dialog aria-labelledby="title" @close=${this.#onClose} @click=${this.#onClick}>
        ${this.isOpen ? this.#content() : nothing}
      </dialog>
    `;
  }

  #content() {
    const command = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
    return html`
      <h2 id="title">Keyboard shortcuts</h2>
      <dl>
        ${lines(command).map(
          ([keys, what]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd>`,
        )}
      </dl>
      <button class="button" type="button" @click=${() => this.dialog.close()}>Close</button>
    `;
  }

  readonly #show = async () => {
    if (this.dialog.open) return;
    this.isOpen = true;
    await this.updateComplete; // so that the focus has where to go
    this.dialog.showModal();
  };

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event) || shortcutOf(event) !== 'help') return;
    event.preventDefault();
    void this.#show();
  };

  #onClose(): void {
    this.isOpen = false;
  }

  /** On the backdrop, which is the dialog itself outside of its box. */
  #onClick(event: MouseEvent): void {
    if (event.target !== this.dialog) return;
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!isInside) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-shortcuts': Shortcuts;
  }
}
