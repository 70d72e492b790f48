import fc from 'fast-check';

/** Keys that a careless reader takes for something else. */
export const NASTY_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'polluted', ''];

/** Values that a careless check lets through. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, '', '4', ' ', -1, 0, -0, 0.5, 1e308, 2 ** 53, 4294967296, [], {}, [[]], ['x'], [null]),
  fc.nat(100),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('x'.repeat(5000), '\u202etxet', 'a\u0000b', '../../etc/passwd', 'javascript:alert(1)'),
  fc.record({ polluted: fc.constant(true) }).map((value) => ({ ['__proto__']: value })),
);

/** A document with up to three of its values, wherever they are, replaced, removed, renamed or copied. */
export function tampered(document: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    place: fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }),
    how: fc.constantFrom('replace', 'remove', 'rename', 'repeat'),
    key: fc.constantFrom(...NASTY_KEYS),
    value: nastyValue,
  });
  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
  const apply = (value: unknown, { place, how, key, value: other }: Change, depth = 0): unknown => {
    const entries = entriesOf(value);
    const at = (place[depth] ?? 0) % Math.max(1, entries.length);
    if (entries.length === 0) return other;
    const isLast = depth === place.length - 1 || entriesOf(entries[at]![1]).length === 0;
    const [name, inner] = entries[at]!;
    let changed: [string, unknown][];
    if (!isLast) changed = [[name, apply(inner, { place, how, key, value: other }, depth + 1)]];
    else if (how === 'remove') changed = [];
    else if (how === 'rename') changed = [[key, inner]];
    else if (how === 'repeat')
      changed = [
        [name, inner],
        [`${name}.`, inner],
      ];
    else changed = [[name, other]];
    const all = entries.toSpliced(at, 1, ...changed);
    return Array.isArray(value) ? all.map(([, item]) => item) : fromEntries(all);
  };
  return fc
    .tuple(document, fc.array(change, { maxLength: 3 }))
    .map(([start, changes]) => changes.reduce((value, one) => apply(value, one), start));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** As Object.fromEntries, which makes `__proto__` a key of the object's own, as JSON.parse does. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
