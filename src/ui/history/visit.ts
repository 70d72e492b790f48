/**
 * One visit of a group of radio buttons: arrow keys choose every button that they pass, and what they chose belongs
 * together until the focus leaves the group. A press of a button is done at once. Its listeners go on the group.
 */
export class Visit {
  readonly #rest: () => void;
  #isKeyDown = false;

  /** @param rest called when what was chosen so far belongs to no later choice */
  constructor(rest: () => void) {
    this.#rest = rest;
  }

  /** To be called after every choice. */
  chosen(): void {
    if (!this.#isKeyDown) this.#rest();
  }

  readonly onKeyDown = (): void => {
    this.#isKeyDown = true;
  };

  readonly onKeyUp = (): void => {
    this.#isKeyDown = false;
  };

  /** Also fired from one button of the group to the next. */
  readonly onFocusOut = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && currentTarget instanceof Node && currentTarget.contains(relatedTarget)) return;
    this.#isKeyDown = false; // the key that leads away is let go elsewhere
    this.#rest();
  };
}
