import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import '../progress/progress.ts';
import { base } from '../styles/base.styles.ts';
import { controls } from '../styles/controls.styles.ts';
import { section } from '../styles/section.styles.ts';
import { styles } from './attention.styles.ts';
import './attention-view.ts';
import { isOf, type LookAside, LookController } from './look-controller.ts';

/**
 * Where the latents look: what Read gathers from the picture in each latent, and what Write gives of each to a place,
 * step by step. Nothing is computed before it is asked for.
 *
 * @example <elit-attention .info=${info} .image=${image} .lookAside=${look}></elit-attention>
 */
@customElement('elit-attention')
export class Attention extends LitElement {
  static override styles = [base, controls, section, styles];

  @property({ attribute: false }) info: ModelInfo | null = null;
  /** The last finished picture. */
  @property({ attribute: false }) image: GeneratedImage | null = null;
  /** What it started from where that was no seed, or null. */
  @property({ attribute: false }) noise: Float32Array | null = null;
  /** Looks beside the user's own pictures. */
  @property({ attribute: false }) lookAside: LookAside | null = null;

  @state() private isOpen = false;
  readonly #look = new LookController(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('info');
    if (before && before.hash !== this.info?.hash) this.#look.clear();
  }

  override render() {
    const { info } = this;
    if (info === null || info.network.blocks.core === 0) return nothing; // without latents there is nothing to see
    const { looked, progress } = this.#look;
    return html`
      <section aria-labelledby="heading">
        <div class="head">
          <h2 id="heading">Where the latents look</h2>
          ${looked === null ? nothing : this.#fold()} ${progress === null ? this.#button() : nothing}
        </div>
        <p class="hint" aria-live="polite">${this.#words}</p>
        ${
          progress === null
            ? nothing
            : html`<elit-progress
                label="Looking"
                amount="${progress.step} of ${progress.steps} steps"
                .fraction=${progress.step / progress.steps}
                @cancel-request=${() => this.#look.stop()}
              ></elit-progress>`
        }
        ${
          looked === null || !this.isOpen
            ? nothing
            : html`<elit-attention-view
                ?data-old=${!isOf(looked, this.image)}
                .pixels=${looked.image}
                .maps=${looked.maps}
              ></elit-attention-view>`
        }
      </section>
    `;
  }

  #button() {
    const { looked } = this.#look;
    if (looked !== null && isOf(looked, this.image)) return nothing;
    return html`<button class="button" type="button" ?disabled=${!this.#canLook} @click=${this.#onLook}>
      ${looked === null ? 'Look' : 'Look again'}
    </button>`;
  }

  #fold() {
    return html`<button class="button" type="button" aria-expanded=${this.isOpen} @click=${this.#onFold}>
      ${this.isOpen ? 'Hide' : 'Show'}
    </button>`;
  }

  /** A picture whose noise is gone cannot be drawn once more. */
  get #canLook(): boolean {
    const { image, noise, lookAside } = this;
    return lookAside !== null && image !== null && (image.settings.seed !== null || noise !== null);
  }

  get #words(): string {
    const { looked, problem, progress } = this.#look;
    if (problem !== '') return problem;
    if (looked !== null && progress === null && !isOf(looked, this.image)) return 'Of the picture before; look again.';
    if (looked !== null) return 'The attention of Read and Write while this picture was drawn, step by step.';
    return 'The attention of Read and Write. To see it, the picture is drawn once more, with its steps watched.';
  }

  readonly #onLook = () => {
    const { image, noise, lookAside } = this;
    if (image === null || lookAside === null) return;
    this.isOpen = true;
    void this.#look.look(image, noise, lookAside);
  };

  readonly #onFold = () => {
    this.isOpen = !this.isOpen;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'elit-attention': Attention;
  }
}
