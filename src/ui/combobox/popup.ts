import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Subject } from '../../generator/types.ts';
import type { SearchResult } from './search.ts';

/** So many options are drawn; who wants others types more. */
export const SHOWN = 100;

export interface Popup {
  readonly result: SearchResult;
  /** Place of the highlighted option, -1 for none. */
  readonly active: number;
  /** Label of the name that is chosen. */
  readonly chosen: string;
  /** Stands over names that only look like what was typed. */
  readonly nearWords: string;
  readonly choose: (label: string) => void;
}

/** The list of a combobox, with the id “list” and options “option-0” …: the names found. */
export function popup({ result: { subjects, total, isNear }, nearWords, ...rest }: Popup): TemplateResult {
  return html`
    <div class="popup" @pointerdown=${keepFocus}>
      <p class="note" ?hidden=${!isNear}>${nearWords}</p>
      <ul id="list" role="listbox" aria-label="Matching names">
        ${repeat(
          subjects,
          ({ label }) => label,
          (subject, i) => option(subject, i, rest),
        )}
      </ul>
      <p class="note" ?hidden=${total <= SHOWN}>and ${total - SHOWN} more: type to find them</p>
    </div>
  `;
}

function option(subject: Subject, i: number, { active, chosen, choose }: Pick<Popup, 'active' | 'chosen' | 'choose'>) {
  const { label, name, kind, category } = subject;
  return html`
    <li
      id="option-${i}"
      role="option"
      aria-label=${label}
      aria-selected=${String(label === chosen)}
      ?data-active=${i === active}
      @click=${() => choose(label)}
    >
      <span>${name}</span><small>${kind === 'concept' ? category : { category: 'category', any: 'anything' }[kind]}</small>
    </li>
  `;
}

/** A press on the list must not take the focus from the field, which would close the list under it. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
