import { html, nothing } from 'lit';
import type { ModelInfo } from '../../generator/types.ts';
import { loadAttention } from '../attention/load-attention.ts';
import type { LookAside } from '../attention/look-controller.ts';
import { loadFavourites } from '../favourites/load-favourites.ts';
import { loadGallery } from '../gallery/load-gallery.ts';
import type { DrawAside } from '../generation/aside.ts';
import { loadHowItWorks } from '../how-it-works/load-how-it-works.ts';
import type { StudioState } from '../store/studio-state.ts';
import '../trade-off/trade-off.ts';
import type { DraftChanges } from './draft-changes.ts';

/** Work beside the user's own pictures. */
export interface Asides {
  readonly drawAside: DrawAside;
  readonly lookAside: LookAside;
}

/** What stands below the picture and its settings. Most of its code comes after the model's: nothing waits for it. */
export function below(state: StudioState, changes: DraftChanges, asides: Asides) {
  const { info, draft } = state;
  return html`
    <elit-trade-off
      class="wide"
      .info=${info}
      .draft=${draft}
      .drawAside=${asides.drawAside}
      @draft-change=${changes.onChange}
    ></elit-trade-off>
    ${info === null ? nothing : withModel(info, state, changes, asides)}
  `;
}

function withModel(info: ModelInfo, { draft, image }: StudioState, changes: DraftChanges, asides: Asides) {
  for (const load of [loadGallery, loadFavourites, loadAttention, loadHowItWorks]) load();
  return html`
    <elit-gallery
      class="wide"
      .info=${info}
      .draft=${draft}
      .drawAside=${asides.drawAside}
      @draft-change=${changes.onChange}
      @draft-edit=${changes.onEdit}
      @draft-drag=${changes.onDrag}
      @draft-rest=${changes.onRest}
    ></elit-gallery>
    <elit-favourites class="wide" .info=${info} .image=${image} @restore=${changes.onRestore}></elit-favourites>
    <elit-attention
      class="wide"
      .info=${info}
      .image=${image}
      .noise=${draft?.noise ?? null}
      .lookAside=${asides.lookAside}
    ></elit-attention>
    <elit-how-it-works class="wide" .info=${info} .budget=${draft?.budget ?? info.maxBudget}></elit-how-it-works>
  `;
}
