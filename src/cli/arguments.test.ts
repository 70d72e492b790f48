import { describe, expect, it } from 'vitest';
import { Arguments, describeOptions, UsageError } from './arguments.ts';

const SPECS = {
  budget: { value: 'K', help: 'how many' },
  subject: { value: 'NAME', help: 'what' },
  interval: { value: 'LOW,HIGH', help: 'when' },
  sheet: { help: 'all of them' },
};

function parse(...args: string[]): Arguments {
  return new Arguments(args, SPECS);
}

describe('Arguments', () => {
  it('reads values, numbers and flags', () => {
    const args = parse('--subject', 'cat face', '--budget=8', '--sheet', '--interval', '0.2,0.8');
    expect(args.text('subject')).toBe('cat face');
    expect(args.number('budget')).toBe(8);
    expect(args.pair('interval')).toEqual([0.2, 0.8]);
    expect(args.has('sheet')).toBe(true);
  });

  it('leaves out what was not given', () => {
    const args = parse();
    expect(args.text('subject')).toBeUndefined();
    expect(args.number('budget')).toBeUndefined();
    expect(args.pair('interval')).toBeUndefined();
    expect(args.oneOf('subject', ['cat'])).toBeUndefined();
    expect(args.has('sheet')).toBe(false);
  });

  it.each([
    ['an unknown option, with near ones', ['--bugdet', '8'], 'Did you mean --budget'],
    ['an option like nothing it knows', ['--zzzzzz'], 'See --help'],
    ['a key of every object', ['--constructor'], 'There is no option --constructor'],
    ['an option without its value', ['--budget'], '--budget needs a value: K'],
    ['a flag with a value', ['--sheet=yes'], '--sheet takes no value'],
    ['words without quotes', ['--subject', 'cat', 'face'], 'need quotes'],
  ])('refuses %s', (_, args, advice) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(advice);
  });

  it('refuses values of another kind', () => {
    expect(() => parse('--budget', 'many').number('budget')).toThrow('“many”, which is not a number');
    expect(() => parse('--budget=').number('budget')).toThrow(UsageError);
    expect(() => parse('--subject', 'dog').oneOf('subject', ['cat', 'fish'])).toThrow('it can be cat, fish');
    expect(() => parse('--interval', '0.2').pair('interval')).toThrow('two numbers');
    expect(() => parse('--interval', '0,1,2').pair('interval')).toThrow('two numbers');
  });
});

describe('describeOptions', () => {
  it('aligns the help', () => {
    const lines = describeOptions(SPECS).split('\n');
    expect(lines[0]).toBe('  --budget K           how many');
    expect(lines[3]).toBe('  --sheet              all of them');
  });
});
