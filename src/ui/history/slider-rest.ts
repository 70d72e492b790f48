/**
 * Tells when a slider has come to rest: the pointer lets it go, or the key that moved it. A key that is held down
 * “changes” the value again and again. Its listeners go on the input.
 */
export class SliderRest {
  readonly #rest: () => void;
  #isKeyDown = false;

  constructor(rest: () => void) {
    this.#rest = rest;
  }

  readonly onChange = (): void => {
    if (!this.#isKeyDown) this.#rest();
  };

  readonly onKeyDown = (): void => {
    this.#isKeyDown = true;
  };

  readonly onKeyUp = (): void => {
    if (this.#isKeyDown) this.#end();
  };

  /** The key that leads away is let go elsewhere. */
  readonly onBlur = (): void => {
    if (this.#isKeyDown) this.#end();
  };

  #end(): void {
    this.#isKeyDown = false;
    this.#rest();
  }
}
