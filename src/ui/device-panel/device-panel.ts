import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { version } from '../../../package.json';
import type { ChosenKernels } from '../../generator/network-tuning.ts';
import type { ModelInfo } from '../../generator/types.ts';
import { copyText } from '../copy/copy-text.ts';
import { megabytes } from '../format/numbers.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { styles } from './device-panel.styles.ts';
import { limitWords, type MeasuredLimits } from './limit-words.ts';

const COPY = 'Copy report';

/**
 * What draws on this device, closed until it is asked for: the backend and its tier, and which kernel was measured to
 * be the fastest for which shape.
 *
 * @fires limits-request - when opened and the device's limits are not known yet
 * @fires reset-tuning - when the kernels are to be measured anew
 */
@customElement('elit-device-panel')
export class DevicePanel extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  /** Kernels by shape, as far as they were measured. */
  @property({ attribute: false }) kernels: ChosenKernels = {};
  /** What the device could do at best, as far as that was measured. */
  @property({ attribute: false }) limits: MeasuredLimits = null;
  /** Latents a group that the limit is told for. */
  @property({ type: Number }) budget = 1;
  /** All of it and more, for whoever reads a report. */
  @property() report = '';

  @state() private open = false;
  @state() private copyWords = COPY;
  @query('pre') private readonly text!: HTMLPreElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('limits') || changed.has('info')) this.#request(); // the model, or what draws it, may be another
    if (changed.has('report')) this.copyWords = COPY;
  }

  override render() {
    const { info } = this;
    if (info === null) return nothing;
    return html`
      <details @toggle=${this.#onToggle}>
        <summary>What draws, and with which kernels</summary>
        ${this.open ? this.#content(info) : nothing}
      </details>
    `;
  }

  #content(info: ModelInfo) {
    return html`
        <dl>
          <dt>Model</dt>
          <dd>${info.name} <small>${info.hash}</small></dd>
          <dt>Drawn by</dt>
          <dd>${info.backend === 'webgpu' ? info.adapter : 'the CPU'}</dd>
          ${info.tier === null ? nothing : html`<dt>Kernels</dt><dd>${info.tier}</dd>`}
          <dt>Decoded by</dt>
          <dd>${info.decoder.backend === 'webgpu' ? 'our kernels' : 'onnxruntime'}</dd>
          ${info.memoryBytes === null ? nothing : html`<dt>GPU memory</dt><dd>${megabytes(info.memoryBytes)} MB</dd>`}
          ${info.backend === 'webgpu' ? this.#limit() : nothing}
          <dt>Version</dt>
          <dd>elit-web ${version}</dd>
        </dl>
        ${info.backend === 'webgpu' ? this.#tuned() : nothing}
        <button class="button" type="button" @click=${this.#onCopy}>${this.copyWords}</button>
        <pre class="sr-only">${this.report}</pre>
    `;
  }

  #limit() {
    const { time, because } = limitWords(this.limits, this.budget);
    return html`
      <dt>Fastest possible step</dt>
      <dd>${time}${because === '' ? nothing : html`<small>${because}</small>`}</dd>
    `;
  }

  #tuned() {
    const chosen = Object.entries(this.kernels);
    if (chosen.length === 0) {
      return html`<p class="hint">Kernels are measured here while nothing is drawn. None has been yet.</p>`;
    }
    return html`
      <table>
        <caption>Measured to be the fastest here</caption>
        <thead>
          <tr><th scope="col">Shape</th><th scope="col">Kernel</th></tr>
        </thead>
        <tbody>
          ${chosen.map(([shape, variant]) => html`<tr><td>${shape}</td><td>${variant}</td></tr>`)}
        </tbody>
      </table>
      <button class="button" type="button" @click=${this.#onReset}>Measure again</button>
    `;
  }

  #onToggle(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
    this.#request();
  }

  #request(): void {
    if (this.open && this.limits === null && this.info?.backend === 'webgpu')
      this.dispatchEvent(new CustomEvent('limits-request'));
  }

  #onReset(): void {
    this.dispatchEvent(new CustomEvent('reset-tuning'));
  }

  async #onCopy(): Promise<void> {
    this.copyWords = await copyText(this.text);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-device-panel': DevicePanel;
  }
}
