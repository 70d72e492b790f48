import type { Stage } from './solvers.ts';

export type StateSlot = 0 | 1 | 2;
export type VelocitySlot = 0 | 1;

/** Which buffers a stage uses: the state asked about, the one updated from, the result, both velocities. */
export interface Slots {
  readonly asked: StateSlot;
  readonly x: StateSlot;
  readonly next: StateSlot;
  readonly previous: VelocitySlot;
  readonly velocity: VelocitySlot;
}

/** Deals out three state and two velocity buffers so that no stage reads what it writes. */
export class StateRotation {
  #x: StateSlot = 0;
  #asked: StateSlot = 0;
  #velocity: VelocitySlot = 0;

  take(stage: Stage): Slots {
    const [x, asked] = [this.#x, this.#asked];
    const next = ([0, 1, 2] as const).find((slot) => slot !== x && slot !== asked) ?? 0;
    const previous = this.#velocity;
    const velocity = previous === 0 ? 1 : 0;
    this.#velocity = velocity;
    this.#asked = next;
    if (stage.commits) this.#x = next;
    return { asked, x, next, previous, velocity };
  }
}
