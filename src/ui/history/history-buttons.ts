import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isTyping, shortcutOf } from '../shortcuts/keys.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { redo, undo } from '../styles/icons.ts';

/**
 * Goes back and forth through what was changed, with buttons or with Ctrl/⌘+Z and Shift+Ctrl/⌘+Z anywhere on the page
 * but in a field, which has its own undo.
 *
 * @fires undo
 * @fires redo
 */
@customElement('elit-history-buttons')
export class HistoryButtons extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      div {
        display: flex;
        gap: var(--space-2);
      }
      [aria-disabled='true'] {
        opacity: 0.55;
        cursor: default;
      }
    `,
  ];

  @property({ type: Boolean }) canUndo = false;
  @property({ type: Boolean }) canRedo = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
  }

  /** Not `disabled` at the end of the line: the button in use would lose the focus. */
  override render() {
    return html`
      <div role="group" aria-label="Changes of settings">
        <button class="button" type="button" aria-disabled=${!this.canUndo} @click=${() => this.#ask('undo')}>
          ${undo} Undo
        </button>
        <button class="button" type="button" aria-disabled=${!this.canRedo} @click=${() => this.#ask('redo')}>
          ${redo} Redo
        </button>
      </div>
    `;
  }

  readonly #onKey = (event: KeyboardEvent) => {
    const shortcut = shortcutOf(event);
    if (event.defaultPrevented || isTyping(event) || shortcut === null || shortcut === 'help') return;
    event.preventDefault();
    this.#ask(shortcut);
  };

  #ask(what: 'undo' | 'redo'): void {
    if (what === 'undo' ? this.canUndo : this.canRedo) this.dispatchEvent(new CustomEvent(what));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-history-buttons': HistoryButtons;
  }
}
