import type { ElitError } from '../errors.ts';

/**
 * Typed reads from a JSON object that a stranger wrote. Every refusal names the key by its path; only the object's
 * own keys count, so a key such as `constructor` is never mistaken for a value.
 */
export class JsonObject {
  private readonly values: ReadonlyMap<string, unknown>;

  /**
   * @param path how messages call this object, '' for the outermost
   * @param refuse makes the error to throw from a message
   */
  constructor(
    value: unknown,
    private readonly path: string,
    private readonly refuse: (message: string) => ElitError,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refuse(path === '' ? 'It is not a JSON object.' : `“${path}” is not an object.`);
    }
    this.values = new Map(Object.entries(value));
  }

  has(key: string): boolean {
    return this.values.has(key);
  }

  keys(): string[] {
    return [...this.values.keys()];
  }

  string(key: string): string {
    const value = this.required(key);
    if (typeof value !== 'string' || value === '') throw this.wrong(key, 'a text that is not empty');
    return value;
  }

  /** A whole number from `smallest` to `largest`. */
  integer(key: string, smallest: number, largest: number): number {
    const value = this.required(key);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < smallest || value > largest) {
      throw this.wrong(key, `a whole number from ${smallest} to ${largest}`);
    }
    return value;
  }

  positive(key: string): number {
    const value = this.required(key);
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw this.wrong(key, 'a positive number');
    return value;
  }

  /** Any number; JSON has no NaN and no infinity, but 1e999 is read as one. */
  number(key: string): number {
    const value = this.required(key);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(key, 'a number');
    return value;
  }

  /** A list of `count` numbers. */
  numbers(key: string, count: number): number[] {
    const values = this.list(key);
    if (values.length !== count || !values.every(Number.isFinite)) throw this.wrong(key, `a list of ${count} numbers`);
    return values as number[];
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.required(key);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.wrong(key, `one of ${choices.join(', ')}`);
    return choice;
  }

  object(key: string): JsonObject {
    return new JsonObject(this.required(key), this.pathOf(key), this.refuse);
  }

  objects(key: string): JsonObject[] {
    return this.list(key).map((item, i) => new JsonObject(item, `${this.pathOf(key)}[${i}]`, this.refuse));
  }

  strings(key: string): string[] {
    return this.list(key).map((item, i) => {
      if (typeof item !== 'string' || item === '') throw this.wrong(`${key}[${i}]`, 'a text that is not empty', item);
      return item;
    });
  }

  /** The value as it is, for a parser of its own. */
  required(key: string): unknown {
    if (!this.values.has(key)) throw this.refuse(`“${this.pathOf(key)}” is missing.`);
    return this.values.get(key);
  }

  private list(key: string): unknown[] {
    const value = this.required(key);
    if (!Array.isArray(value)) throw this.wrong(key, 'a list');
    return value;
  }

  private wrong(key: string, expected: string, value: unknown = this.values.get(key)): ElitError {
    return this.refuse(`“${this.pathOf(key)}” is ${describe(value)}, but must be ${expected}.`);
  }

  private pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }
}

/** JSON has no word for NaN and infinity; strings keep their quotes, so that "4" is seen not to be 4. */
function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
