import { html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base } from '../styles/base.styles.ts';
import { applyTheme, keepTheme, keptTheme, THEMES, type Theme } from './theme.ts';
import { styles } from './theme-switch.styles.ts';

const WORDS: Readonly<Record<Theme, string>> = { system: 'System', light: 'Light', dark: 'Dark' };
const storage = () => localStorage;

/** Light or dark for the whole page, or what the system says; remembered where the browser allows it. */
@customElement('elit-theme-switch')
export class ThemeSwitch extends LitElement {
  static override styles = [base, styles];

  @state() private theme: Theme = keptTheme(storage);

  override connectedCallback(): void {
    super.connectedCallback();
    applyTheme(document, this.theme);
  }

  override render() {
    return html`
      <fieldset>
        <legend>Theme</legend>
        ${THEMES.map(
          (theme) => html`
            <label>
              <input
                type="radio"
                name="theme"
                .checked=${theme === this.theme}
                @change=${() => this.#choose(theme)}
              />
              <span>${WORDS[theme]}</span>
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  #choose(theme: Theme): void {
    this.theme = theme;
    applyTheme(document, theme);
    keepTheme(storage, theme);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-theme-switch': ThemeSwitch;
  }
}
