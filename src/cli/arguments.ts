import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearNames } from '../model/near-names.ts';

/** What was typed cannot be understood; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface OptionSpec {
  /** How the help names the value; a flag has none. */
  readonly value?: string;
  readonly help: string;
}

/** The options of a command line, each at most once. */
export class Arguments {
  readonly #values: ReadonlyMap<string, string | true>;

  /** @throws UsageError for an option that does not exist, lacks its value, or for anything that is no option */
  constructor(args: readonly string[], specs: Readonly<Record<string, OptionSpec>>) {
    const options: ParseArgsConfig['options'] = {};
    for (const [name, { value }] of Object.entries(specs)) options[name] = { type: value ? 'string' : 'boolean' };
    const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
    const values = new Map<string, string | true>();
    for (const token of tokens) {
      if (token.kind === 'positional') throw new UsageError(stray(token.value));
      if (token.kind !== 'option') continue;
      const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
      if (spec === undefined) throw new UsageError(unknown(token.rawName, Object.keys(specs)));
      if (spec.value && token.value === undefined)
        throw new UsageError(`--${token.name} needs a value: ${spec.value}.`);
      if (!spec.value && token.value !== undefined) throw new UsageError(`--${token.name} takes no value.`);
      values.set(token.name, token.value ?? true);
    }
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === true ? undefined : value;
  }

  /** @throws UsageError for what is not a number */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) throw new UsageError(`--${name} is “${text}”, which is not a number.`);
    return value;
  }

  /** @throws UsageError for what is none of the choices */
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    const choice = choices.find((candidate) => candidate === text);
    if (text === undefined || choice !== undefined) return choice;
    throw new UsageError(`--${name} is “${text}”; it can be ${choices.join(', ')}.`);
  }

  /** Two numbers with a comma between. @throws UsageError for anything else */
  pair(name: string): [number, number] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [first = Number.NaN, second = Number.NaN, ...more] = text.split(',').map(Number);
    if (Number.isNaN(first + second) || more.length > 0) {
      throw new UsageError(`--${name} is “${text}”, which is not two numbers with a comma between.`);
    }
    return [first, second];
  }
}

/** One aligned line an option. */
export function describeOptions(specs: Readonly<Record<string, OptionSpec>>): string {
  const lines = Object.entries(specs).map(([name, { value, help }]) => [`--${name}${value ? ` ${value}` : ''}`, help]);
  const width = Math.max(...lines.map(([option = '']) => option.length));
  return lines.map(([option = '', help]) => `  ${option.padEnd(width)}  ${help}`).join('\n');
}

function unknown(typed: string, names: readonly string[]): string {
  const near = nearNames(typed, names, 3).map((name) => `--${name}`);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'See --help.';
  return `There is no option ${typed}. ${hint}`;
}

function stray(typed: string): string {
  return `“${typed}” belongs to no option. Names of several words need quotes: --subject "cat face".`;
}
