import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../../src/ui/styles/base.styles.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The figure as it is written beside the bar. */
  readonly text: string;
  readonly kind: 'ours' | 'webgpu' | 'wasm';
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** Horizontal bars in groups, on one scale from 0; the figures beside them say it in words. */
@customElement('elit-bars')
export class Bars extends LitElement {
  static override styles = [
    base,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: var(--space-1) var(--space-3);
        align-items: center;
        margin: 0;
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      section + section {
        margin-block-start: var(--space-4);
      }
      h3 {
        margin: 0 0 var(--space-1);
        font-size: var(--text-small);
        font-weight: 600;
      }
      dt {
        color: var(--muted);
      }
      dd {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin: 0;
        min-inline-size: 0;
        white-space: nowrap;
      }
      .track {
        flex: 1;
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-inline-size: 0;
      }
      i {
        flex: none;
        block-size: 0.875rem;
        min-inline-size: 2px;
        border-radius: 3px;
        background: var(--edge);
      }
      .ours {
        background: var(--accent);
      }
      .wasm {
        background: var(--line);
        outline: 1px solid var(--edge);
        outline-offset: -1px;
      }
    `,
  ];

  @property({ attribute: false }) groups: readonly BarGroup[] = [];

  override render() {
    const longest = Math.max(...this.groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
    return this.groups.map(
      ({ title, bars }) => html`
        <section>
          <h3>${title}</h3>
          <dl>
            ${bars.map(
              ({ name, value, text, kind }) => html`
                <dt>${name}</dt>
                <dd><span class="track"><i class=${kind} style="inline-size: ${(70 * value) / longest}%"></i>${text}</span></dd>
              `,
            )}
          </dl>
        </section>
      `,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-bars': Bars;
  }
}
