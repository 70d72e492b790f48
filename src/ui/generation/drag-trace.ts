import type { Pixels } from '../../generator/types.ts';

/**
 * User Timing measures of a slider move, from the event to the pixels on the canvas; in a browser's performance
 * panel, and for a PerformanceObserver. Both have a `detail` of type MoveDetail. A move that a newer one overtook
 * before it had pixels has neither.
 */
export const MOVE_TO_PIXELS = 'elit: slider move to first updated pixels';
/** Up to the finished image, of as many steps as were asked for. */
export const MOVE_TO_IMAGE = 'elit: slider move to finished image';

/** What the first pixels after a move were, or the finished image. */
export interface MoveDetail {
  readonly budget: number;
  /** Solver steps of the picture that the pixels belong to. */
  readonly steps: number;
}

/** A move of the slider. */
export interface Move {
  readonly at: number;
  /** Set once pixels of it have been seen. */
  isSeen: boolean;
}

/** The browser keeps every measure; a page that is open all day does not need them all. */
const KEPT = 1000;

/** Follows moves of the slider to the canvas. */
export class DragTrace {
  readonly #pending = new WeakMap<Pixels, { move: Move; detail: MoveDetail; isFinished: boolean }>();
  #measures = 0;

  /** The slider has moved, now. */
  moved(): Move {
    return { at: performance.now(), isSeen: false };
  }

  /** `pixels` were drawn in answer to `move`, or to something else (null); they are on their way to the canvas. */
  drawn(move: Move | null, pixels: Pixels, detail: MoveDetail, isFinished: boolean): void {
    if (move !== null) this.#pending.set(pixels, { move, detail, isFinished });
  }

  /** `pixels` are on the canvas, now. */
  painted(pixels: Pixels): void {
    const pending = this.#pending.get(pixels);
    if (pending === undefined) return;
    this.#pending.delete(pixels);
    const { move, detail, isFinished } = pending;
    if (!move.isSeen) this.#measure(MOVE_TO_PIXELS, move, detail);
    move.isSeen = true;
    if (isFinished) this.#measure(MOVE_TO_IMAGE, move, detail);
  }

  #measure(name: string, { at }: Move, detail: MoveDetail): void {
    if (++this.#measures % KEPT === 0)
      for (const old of [MOVE_TO_PIXELS, MOVE_TO_IMAGE]) performance.clearMeasures(old);
    performance.measure(name, { start: at, end: performance.now(), detail });
  }
}
