import fc from 'fast-check';
import { WebSource } from '../../src/generator/source.ts';
import { readPageOptions } from '../../src/ui/page-options/page-options.ts';
import { encode, NASTY_KEYS } from './json.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

const PAGE = 'https://example.org/site/';

const key = fc.constantFrom(
  'model',
  'backend',
  'subject',
  'style',
  'seed',
  'steps',
  'budget',
  'guidance',
  'variation',
  ...NASTY_KEYS,
);
const value = fc.oneof(
  fc.constantFrom('webgpu', 'wasm', 'models/tiny', '../', '//elsewhere.org/m', 'https://example.org', '1e999', '0x10'),
  fc.constantFrom(
    'blob:https://example.org/1',
    'data:application/json,{}',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ),
  fc.constantFrom(
    'https://me:secret@example.org/',
    'http://example.org/',
    'https://example.org:444/',
    '\\\\host\\share',
  ),
  fc.constantFrom('', ' ', '-1', 'NaN', 'x'.repeat(3000), '%', '%ff', '\u202e'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** As encodeURIComponent, which refuses halves of characters. */
const encoded = (text: string) => new URLSearchParams({ text }).toString().slice('text='.length);
const queries = fc
  .array(fc.tuple(key, value, fc.boolean()), { maxLength: 8 })
  .map((pairs) => pairs.map(([name, text, plain]) => `${name}=${plain ? text : encoded(text)}`).join('&'));

export const addressTarget: Target = {
  name: 'address',
  files: mutated(queries.map(encode)),
  codes: ['request-invalid'],
  share: 0.9,
  read: (bytes, passed) => {
    const address = URL.parse(`${PAGE}?${new TextDecoder().decode(bytes)}`);
    if (address === null) return;
    passed();
    const { model } = readPageOptions(address);
    if (model === null) return;
    if (new URL(model).origin !== address.origin) throw new Error(`“${model}” is of another site`);
    new WebSource(model); // what the worker makes of it
  },
};
