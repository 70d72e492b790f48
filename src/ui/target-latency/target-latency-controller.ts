import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { GeneratedImage, ModelInfo } from '../../generator/types.ts';
import type { Store } from '../store/store.ts';
import type { Draft, StudioAction, StudioState } from '../store/studio-state.ts';
import { type Choice, guidanceKey, type Measurement, measurementOf } from './choose.ts';
import { isOneSlow, revise, type Standing } from './revise.ts';

/** Pictures that are remembered. */
const REMEMBERED = 12;
/** Drawing a picture once more, to time it again, goes unseen when it takes no longer than this, ms. */
const UNSEEN = 300;

/** What the controls show of the mode. */
export interface TargetLatency {
  readonly isOn: boolean;
  /** Milliseconds. */
  readonly target: number;
  /** What it picked; null when off, and before anything was measured. */
  readonly choice: Choice | null;
  /** Whether somebody else set budget or steps, which ended it. */
  readonly isLeft: boolean;
}

/**
 * Keeps budget and steps where pictures take no longer than a target, by what pictures took on this device. It sets
 * them in the store's draft like anybody else, so whatever shows or shares settings has those that were really used.
 * When anybody else sets them, the mode is over.
 */
export class TargetLatencyController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #store: Store<StudioState, StudioAction>;
  readonly #draw: () => void;
  #unsubscribe: (() => void) | undefined;
  #mode: TargetLatency = { isOn: false, target: 100, choice: null, isLeft: false };
  #measurements: readonly Measurement[] = [];
  #standing: Standing | null = null;
  /** Budget and steps as they were when the mode began, or as it set them. */
  #expected: { readonly budget: number; readonly steps: number } | null = null;
  /** Steps that the user set, and those that the mode set last. */
  #steps: { readonly wanted: number; readonly set: number } | null = null;
  #last: { info: ModelInfo | null; image: GeneratedImage | null; draftImage: GeneratedImage | null; guidance: string } =
    { info: null, image: null, draftImage: null, guidance: '' };

  /** @param draw draws the store's draft */
  constructor(host: ReactiveControllerHost, store: Store<StudioState, StudioAction>, draw: () => void) {
    this.#host = host;
    this.#store = store;
    this.#draw = draw;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unsubscribe = this.#store.subscribe(() => this.#onChange());
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
  }

  get mode(): TargetLatency {
    return this.#mode;
  }

  /** Switches the mode on or off; budget and steps stay as they are until it picks others. */
  switch(isOn: boolean): void {
    const { draft } = this.#store.state;
    if (isOn && draft !== null) this.#steps = this.#stepsFrom(draft);
    this.#show({ isOn, choice: null, isLeft: false });
    if (isOn) this.#begin();
  }

  /** @param target milliseconds, above 0 */
  aim(target: number): void {
    this.#show({ target });
    if (this.#mode.isOn) this.#begin();
  }

  /** Chooses afresh; where nothing was measured yet and nothing is on its way, by a picture that is drawn for it. */
  #begin(): void {
    this.#standing = null;
    this.#expected = this.#store.state.draft;
    this.#pick(true);
    if (this.#mode.choice === null && this.#store.state.activity.kind === 'idle') this.#draw();
  }

  /** Back after few steps were all there was time for, the user's own are wanted again. */
  #stepsFrom({ steps }: Draft): { wanted: number; set: number } {
    return this.#steps?.set === steps ? this.#steps : { wanted: steps, set: steps };
  }

  #onChange(): void {
    const { info, draft, image, draftImage } = this.#store.state;
    const last = this.#last;
    const isNew = { info: info !== last.info, image: image !== last.image, draftImage: draftImage !== last.draftImage };
    const guidance = draft === null ? '' : guidanceKey(draft.guidance);
    this.#last = { info, image, draftImage, guidance };
    if (isNew.info) this.#forget();
    else if (isNew.image) this.#measure(image);
    else if (isNew.draftImage) this.#measure(draftImage);
    if (!this.#mode.isOn || draft === null) return;
    const expected = this.#expected;
    if (expected !== null && (draft.budget !== expected.budget || draft.steps !== expected.steps)) {
      this.#show({ isOn: false, choice: null, isLeft: true });
    } else if (guidance !== last.guidance && !isNew.info) {
      this.#standing = null; // other costs; whoever changed it draws
      this.#pick(false);
    } else if (isNew.image && image !== null) {
      this.#pick(true);
    }
  }

  /** Another model, or another device: nothing that was measured holds. */
  #forget(): void {
    this.#measurements = [];
    this.#standing = null;
    if (this.#mode.isOn) this.#show({ choice: null });
  }

  #measure(image: GeneratedImage | null): void {
    const measured = image && measurementOf(image, this.#store.state.info?.flopShare ?? []);
    if (measured) this.#measurements = [...this.#measurements, measured].slice(-REMEMBERED);
  }

  #pick(draws: boolean): void {
    const { draft, info, activity } = this.#store.state;
    if (draft === null || info === null) return;
    this.#steps ??= this.#stepsFrom(draft);
    const wanted = { target: this.#mode.target, steps: this.#steps.wanted, guidance: draft.guidance };
    const choice = revise(this.#standing, wanted, this.#measurements, info.flopShare);
    if (choice === null) return;
    const { budget, steps } = choice;
    const isOther = budget !== draft.budget || steps !== draft.steps;
    const hasMet = (this.#isStanding(choice) && this.#standing?.hasMet) || (choice.measured > 0 && choice.isMet);
    this.#standing = { budget, steps, hasMet };
    this.#expected = choice;
    this.#steps = { ...this.#steps, set: steps };
    this.#show({ choice });
    if (isOther) this.#store.dispatch({ type: 'draft-changed', patch: { budget, steps }, isDrag: true });
    else if (hasMet) this.#store.dispatch({ type: 'draft-rested' }); // what led here is undone as one
    const isAgain = isOneSlow(choice) && choice.ms < UNSEEN && activity.kind === 'idle';
    if (draws && (isOther || isAgain)) this.#draw();
  }

  #isStanding({ budget, steps }: Choice): boolean {
    return this.#standing?.budget === budget && this.#standing.steps === steps;
  }

  #show(patch: Partial<TargetLatency>): void {
    this.#mode = { ...this.#mode, ...patch };
    this.#host.requestUpdate();
  }
}
