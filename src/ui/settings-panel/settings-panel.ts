import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ModelInfo } from '../../generator/types.ts';
import { type Guidance, wholeGuidance } from '../guidance/guidance.ts';
import type { Draft } from '../store/studio-state.ts';
import { randomSeed } from '../studio/first-draft.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { dice } from '../styles/icons.ts';
import '../guidance/guidance-picker.ts';
import '../number-field/number-field.ts';
import '../prompt-field/prompt-field.ts';
import type { Wanted } from '../prompt-field/wanted.ts';
import '../style-picker/style-picker.ts';
import '../subject-picker/subject-picker.ts';
import { styles } from './settings-panel.styles.ts';

const MAX_SEED = 2 ** 32 - 1;
const MAX_STEPS = 1000;

/**
 * Everything to choose besides the budget. Disabled until there is a model to choose from.
 *
 * @fires {CustomEvent<Partial<Draft>>} draft-change - with the settings that changed
 * @fires {CustomEvent<Partial<Draft>>} draft-edit - the same for one of the changes that are made in a field, which
 *   belong together
 * @fires draft-rest - when that field is left
 * @slot start - what a drawing begins with; last, so that it moves nothing when it comes
 */
@customElement('elit-settings-panel')
export class SettingsPanel extends LitElement {
  static override styles = [base, controls, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  /** Address of the model's folder, for the pictures of its styles. */
  @property() folder = '';
  @property({ attribute: false }) draft: Draft | null = null;

  override render() {
    return html`
      <section aria-labelledby="what">
        <h2 id="what">What to draw</h2>
        ${this.#what()}
      </section>
      <section aria-labelledby="how">
        <h2 id="how">How to draw it</h2>
        ${this.#how()}
      </section>
      <slot name="start"></slot>
      <p class="model">${this.info === null ? nothing : this.#origin(this.info)}</p>
    `;
  }

  #what() {
    const { info, draft } = this;
    const disabled = info === null || draft === null;
    return html`
      ${info?.readsText ? this.#prompt() : this.#subject()}
      <elit-style-picker
        .names=${info?.styles ?? []}
        .value=${draft?.style ?? ''}
        .pictures=${this.#pictures()}
        .disabled=${disabled}
        @style-change=${(event: CustomEvent<string>) => this.#edit({ style: event.detail })}
        @style-rest=${this.#rest}
      ></elit-style-picker>
      <elit-number-field
        label="Seed"
        plain
        .max=${MAX_SEED}
        .value=${draft?.seed ?? Number.NaN}
        .disabled=${disabled}
        hint=${draft?.noise ? 'Not used: the picture starts from noise of its own' : 'The same seed starts from the same noise'}
        @value-change=${(event: CustomEvent<number>) => this.#edit({ seed: event.detail, noise: null })}
        @value-rest=${this.#rest}
      >
        <button slot="action" class="button" type="button" ?disabled=${disabled} @click=${this.#onNewSeed}>
          ${dice} New seed
        </button>
      </elit-number-field>
    `;
  }

  #pictures(): string {
    const file = this.info?.stylePictures;
    const folder = new URL(this.folder, document.baseURI);
    return file ? new URL(file, folder).href : '';
  }

  #prompt() {
    const { subject = 'any', prompt } = this.draft ?? {};
    return html`<elit-prompt-field
      .model=${this.info}
      .value=${{ subject, prompt }}
      .disabled=${this.draft === null}
      @prompt-change=${(event: CustomEvent<Wanted>) => this.#edit(event.detail)}
      @prompt-rest=${this.#rest}
    ></elit-prompt-field>`;
  }

  /** A prompt that came with the address to a model that reads none is gone with the first choice. */
  #subject() {
    return html`<elit-subject-picker
      .subjects=${this.info?.subjects ?? []}
      .value=${this.draft?.subject ?? ''}
      .disabled=${this.draft === null}
      @subject-change=${({ detail }: CustomEvent<string>) => this.#emit({ subject: detail, prompt: undefined })}
    ></elit-subject-picker>`;
  }

  #how() {
    const { info, draft } = this;
    return html`
      <elit-number-field
        class="wide"
        label="Steps"
        .min=${1}
        .max=${MAX_STEPS}
        .value=${draft?.steps ?? Number.NaN}
        .disabled=${draft === null}
        hint="More take longer"
        @value-change=${(event: CustomEvent<number>) => this.#edit({ steps: event.detail })}
        @value-rest=${this.#rest}
      ></elit-number-field>
      <elit-guidance-picker
        .value=${wholeGuidance(draft?.guidance ?? Number.NaN)}
        .budget=${draft?.budget ?? 0}
        .steps=${draft?.steps ?? 0}
        .flopShare=${info?.flopShare ?? []}
        .disabled=${draft === null}
        @guidance-edit=${(event: CustomEvent<Guidance>) => this.#edit({ guidance: event.detail })}
        @guidance-rest=${this.#rest}
      ></elit-guidance-picker>
    `;
  }

  #origin({ name, backend, adapter }: ModelInfo): string {
    const by = backend === 'webgpu' ? `WebGPU on ${adapter}` : 'the CPU';
    return `Model ${name}, run by ${by}.`;
  }

  #onNewSeed(): void {
    this.#emit({ seed: randomSeed(), noise: null });
  }

  #edit(patch: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent<Partial<Draft>>('draft-edit', { detail: patch }));
  }

  #rest(): void {
    this.dispatchEvent(new CustomEvent('draft-rest'));
  }

  #emit(patch: Partial<Draft>): void {
    this.dispatchEvent(new CustomEvent<Partial<Draft>>('draft-change', { detail: patch }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-settings-panel': SettingsPanel;
  }
}
