import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ElitError, type ErrorData } from '../../src/errors.ts';
import '../../src/ui/error-notice/error-notice.ts';
import '../../src/ui/progress/progress.ts';
import { base } from '../../src/ui/styles/base.styles.ts';
import { controls } from '../../src/ui/styles/controls.styles.ts';
import { type BenchPlan, benchPlan, type OnProgress } from '../core/plan.ts';
import type { BenchReport } from '../core/report.ts';
import { styles } from './bench-page.styles.ts';
import { runInWorker } from './bench-run.ts';
import './results.ts';

const MODEL = 'models/emoji-128/';

/** The benchmark for anyone with a GPU: a button, how far it is, and what it found. */
@customElement('elit-bench')
export class BenchPage extends LitElement {
  static override styles = [base, controls, styles];

  @state() private progress: { readonly label: string; readonly fraction: number } | null = null;
  @state() private report: BenchReport | null = null;
  @state() private error: ErrorData | null = null;
  #running: AbortController | undefined;
  #last: BenchPlan | undefined;

  /**
   * Runs a plan and shows what it found; the command line calls it as the buttons do.
   * @throws ElitError of the benchmark
   */
  async run(plan: BenchPlan, onProgress?: OnProgress): Promise<BenchReport> {
    this.#running?.abort(new ElitError('superseded', 'A newer benchmark took its place.', 'Wait for that one.'));
    const running = new AbortController();
    this.#running = running;
    this.#last = plan;
    this.error = null;
    this.report = null;
    const show: OnProgress = (label, fraction) => {
      this.progress = { label, fraction };
      onProgress?.(label, fraction);
    };
    show('Starting', 0);
    try {
      this.report = await runInWorker(plan, show, running.signal);
      return this.report;
    } finally {
      if (this.#running === running) this.progress = null;
    }
  }

  override render() {
    return html`
      ${this.progress === null ? this.#start() : this.#underWay(this.progress)}
      <div aria-live="polite">
        ${
          this.error === null
            ? nothing
            : html`<elit-error-notice .error=${this.error} .context=${navigator.userAgent} @retry=${this.#again}></elit-error-notice>`
        }
        ${this.report === null ? nothing : html`<elit-bench-results .report=${this.report}></elit-bench-results>`}
      </div>
    `;
  }

  #start() {
    return html`
      <section class="start">
        <p>
          It loads the bundled model (47 MB) and onnxruntime-web (41 MB), draws, and times every kernel. Close what else
          uses the GPU, and leave this page in front.
        </p>
        <div class="actions">
          <button class="button primary" type="button" @click=${() => this.#press(true)}>Run the quick benchmark</button>
          <button class="button" type="button" @click=${() => this.#press(false)}>Run every budget</button>
        </div>
        <p class="hint">Quick: the smallest and the largest budget, half a minute on a GPU and some minutes without one.</p>
      </section>
    `;
  }

  #underWay({ label, fraction }: { label: string; fraction: number }) {
    return html`<elit-progress
      .label=${label}
      amount="${Math.round(100 * fraction)} %"
      .fraction=${fraction}
      @cancel-request=${this.#cancel}
    ></elit-progress>`;
  }

  readonly #cancel = () => {
    this.#running?.abort(null);
    this.#running = undefined;
    this.progress = null;
  };

  readonly #again = () => {
    if (this.#last) void this.#tell(this.#last);
  };

  #press(quick: boolean): void {
    void this.#tell(benchPlan(new URL(MODEL, document.baseURI).href, quick));
  }

  /** Runs and shows a failure; a cancelled run has none. */
  async #tell(plan: BenchPlan): Promise<void> {
    try {
      await this.run(plan);
    } catch (thrown) {
      if (thrown !== null) this.error = ElitError.from(thrown).toData();
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-bench': BenchPage;
  }
}
