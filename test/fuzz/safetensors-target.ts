import fc from 'fast-check';
import { BYTES_OF } from '../../src/model/dtype.ts';
import { parseHeader, Safetensors } from '../../src/model/safetensors.ts';
import { safetensorsFile } from '../support/safetensors.ts';
import { NASTY_KEYS, tampered } from './json.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

type DType = keyof typeof BYTES_OF;

const name = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('blocks.0.attn.qkv.weight', '__metadata__', ...NASTY_KEYS) },
);
const tensor = fc.record({
  name,
  dtype: fc.constantFrom(...(Object.keys(BYTES_OF) as DType[])),
  shape: fc.array(fc.nat(5), { maxLength: 4 }),
});

/** A header whose tensors lie one behind the other, and the length of their bytes. */
const sound = fc.uniqueArray(tensor, { maxLength: 8, selector: ({ name }) => name }).map((tensors) => {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape }) => {
    const begin = end;
    end += shape.reduce((size, length) => size * length, BYTES_OF[dtype]);
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  return { header: Object.fromEntries([['__metadata__', { format: 'elit-sit' }], ...entries]), end };
});

const files = sound.chain(({ header, end }) =>
  fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(header) }, { weight: 2, arbitrary: tampered(fc.constant(header)) }),
      fc.nat(20),
    )
    .map(([json, more]) => safetensorsFile(json, end + (more === 0 ? 1 : 0))),
);

export const safetensorsTarget: Target = {
  name: 'safetensors',
  files: mutated(files),
  codes: ['weights-truncated', 'weights-malformed'],
  share: 0.3,
  read: (file, passed) => {
    parseHeader(file);
    passed();
    const weights = Safetensors.parse(file);
    for (const tensor of weights.names()) weights.float32(tensor);
  },
};
