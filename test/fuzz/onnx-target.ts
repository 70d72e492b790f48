import fc from 'fast-check';
import { readOnnx } from '../../src/decoder/onnx.ts';
import { OPERATORS } from '../../src/decoder/operators.ts';
import { refuseOtherFiles } from '../../src/decoder/other-files.ts';
import { planDecoder } from '../../src/decoder/plan.ts';
import { readDecoder } from '../../src/decoder/read-decoder.ts';
import { normalPlanes } from '../support/feature-maps.ts';
import { bytes, message, onnxFile, type TestNode, type TestTensor, text, varint } from '../support/onnx.ts';
import { SMALL_IMAGE, SMALL_LATENTS, smallDecoder } from '../support/small-decoder.ts';
import { mutated } from './mutate.ts';
import type { Target } from './target.ts';

const LATENTS = SMALL_LATENTS;
const IMAGE = { ...SMALL_IMAGE, channels: 4 };

const whole = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom(2 ** 31, -(2 ** 31), 2 ** 52));
const tensor: fc.Arbitrary<TestTensor> = fc.oneof(
  fc.array(fc.nat(4), { maxLength: 5 }).map((dims) => ({
    dims,
    values: new Float32Array(dims.reduce((product, length) => product * length, 1)),
  })),
  fc.array(whole, { maxLength: 4 }).map((values) => ({ dims: [values.length], values })),
);
const names = ['latents', 'image', 'a', 'b', 'w', 'shape', ''];
const attribute = fc.oneof(whole, fc.array(whole, { maxLength: 5 }), fc.constantFrom('CRD', 'NOTSET', ''), tensor);
const settings = ['pads', 'strides', 'group', 'blocksize', 'mode', 'epsilon', 'value', 'allowzero', '__proto__'];
const node: fc.Arbitrary<TestNode> = fc.record({
  operator: fc.constantFrom(...OPERATORS.keys(), 'constructor', 'If'),
  inputs: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
  output: fc.constantFrom(...names),
  attributes: fc.dictionary(fc.constantFrom(...settings), attribute, { maxKeys: 4 }),
});
const graph = fc.record({
  nodes: fc.array(node, { maxLength: 8 }),
  tensors: fc.dictionary(fc.constantFrom('w', 'shape', 'b', '__proto__'), tensor, { maxKeys: 3 }),
});

/** A tensor that lies in another file, under a name that a careless reader would open. */
const external = fc.constantFrom('/etc/passwd', '../../secret', 'https://example.org/x', 'C:\\secret').map((path) => {
  const entry = message(text(1, 'location'), text(2, path));
  return message(
    varint(1, 8),
    bytes(7, bytes(5, message(varint(2, 1), text(8, 'w'), bytes(13, entry), varint(14, 1)))),
  );
});

const sound = fc.constant(smallDecoder(normalPlanes(1, SMALL_LATENTS)).file);
const files = fc.oneof(
  { weight: 5, arbitrary: sound },
  { weight: 5, arbitrary: graph.map(onnxFile) },
  { weight: 1, arbitrary: external },
);

export const onnxTarget: Target = {
  name: 'decoder.onnx',
  files: mutated(files),
  codes: ['decoder-failed'],
  share: 0.4,
  read: (file, passed) => {
    refuseOtherFiles(file);
    readOnnx(file);
    passed();
    planDecoder(readDecoder(file, LATENTS, IMAGE));
  },
};
