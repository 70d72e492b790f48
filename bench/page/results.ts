import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { base } from '../../src/ui/styles/base.styles.ts';
import { controls } from '../../src/ui/styles/controls.styles.ts';
import type { BenchReport } from '../core/report.ts';
import { budgetTable, formTable, kernelTable, ms, partTable, summaryLines, type TextTable } from '../core/words.ts';
import './bars.ts';
import type { Bar, BarGroup } from './bars.ts';
import { styles } from './results.styles.ts';

const COPY = 'Copy as JSON';

/** What a benchmark found: charts, tables, and the JSON to copy. */
@customElement('elit-bench-results')
export class BenchResults extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) report!: BenchReport;
  @state() private copyWords = COPY;
  @query('pre') private readonly json!: HTMLPreElement;
  @query('details.json') private readonly details!: HTMLDetailsElement;

  override render() {
    const { report } = this;
    const extrapolated = report.imageSettings.extrapolated ? ', extrapolated' : '';
    return html`
      <section class="charts">
        <div>
          <h2>One forward, ms</h2>
          <elit-bars .groups=${forwardBars(report)}></elit-bars>
        </div>
        <div>
          <h2>A whole image, ms${extrapolated}</h2>
          <elit-bars .groups=${imageBars(report)}></elit-bars>
          <p class="hint">${report.imageSettings.steps} steps, guidance ${report.imageSettings.guidance}.</p>
        </div>
      </section>
      <section>
        <h2>The run</h2>
        <ul class="summary">
          ${summaryLines(report).map((line) => html`<li>${line}</li>`)}
        </ul>
      </section>
      <section>${table(budgetTable(report))}</section>
      <details>
        <summary>Every part</summary>
        ${table(partTable(report))}
      </details>
      <details>
        <summary>Every kernel</summary>
        ${table(kernelTable(`A forward at budget ${report.budgets.at(-1)}`, report.kernels))}
        ${table(kernelTable('The shapes of an XL/2', report.largeKernels))}
        ${report.decoderKernels ? table(kernelTable('The decoder, one image', report.decoderKernels)) : nothing}
      </details>
      <details>
        <summary>How onnxruntime-web ran</summary>
        ${table(formTable(report))}
      </details>
      <details class="json">
        <summary>JSON</summary>
        <button class="button" type="button" @click=${this.#copy}>${this.copyWords}</button>
        <pre tabindex="0">${JSON.stringify(report, null, 2)}</pre>
      </details>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('report')) this.copyWords = COPY;
  }

  readonly #copy = async () => {
    try {
      await navigator.clipboard.writeText(this.json.textContent);
      this.copyWords = 'Copied';
    } catch {
      // No clipboard here (plain http, or not allowed): the next best is to have the text ready for the keyboard.
      this.details.open = true;
      getSelection()?.selectAllChildren(this.json);
      this.copyWords = 'Selected: press Ctrl+C';
    }
  };
}

function forwardBars(report: BenchReport): BarGroup[] {
  return report.budgets.map((budget) => {
    const theirs = report.ortWebgpuMs[budget]!;
    const bars: Bar[] = [bar('elit-web', report.forwardMs[budget]!, 'ours')];
    if (theirs !== null) bars.push(bar('ORT WebGPU', theirs, 'webgpu'));
    bars.push(bar('ORT WASM', report.ortWasmMs[budget]!, 'wasm'));
    return { title: `Budget ${budget}`, bars };
  });
}

function imageBars(report: BenchReport): BarGroup[] {
  const bars = report.budgets.map((budget) => bar(`Budget ${budget}`, report.imageMs[budget]!, 'ours'));
  return [{ title: 'elit-web', bars }];
}

const bar = (name: string, value: number, kind: Bar['kind']): Bar => ({ name, value, text: ms(value), kind });

function table({ title, heads, rows }: TextTable) {
  return html`
    <h3 id=${idOf(title)}>${title}</h3>
    <div class="scroll" role="region" tabindex="0" aria-labelledby=${idOf(title)}>
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
  `;
}

const idOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

declare global {
  interface HTMLElementTagNameMap {
    'elit-bench-results': BenchResults;
  }
}
