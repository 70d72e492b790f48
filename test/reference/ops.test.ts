import { describe, expect, it } from 'vitest';
import { expectClose } from '../support/compare.ts';
import { readSafetensors } from '../support/recorded.ts';
import * as ops from './ops.ts';

describe('recorded operations', async () => {
  const golden = await readSafetensors('test/fixtures/reference/ops.golden.safetensors');
  const read = (name: string) => ops.matrix(golden.float32(name), golden.tensor(name).shape.at(-1)!);

  it('gelu is the tanh one', () => {
    expectClose(ops.gelu(read('gelu.x')).data, golden.float32('gelu.y'), 'gelu');
  });

  it.each(['unit', 'small', 'tiny'])('layer norm of %s values', (size) => {
    const y = ops.layerNorm(read(`layernorm.${size}.x`));
    expectClose(y.data, golden.float32(`layernorm.${size}.y`), size, { shape: [y.rows, y.cols] });
  });

  it.each(['unit', 'small', 'tiny'])('RMS norm of %s values', (size) => {
    const y = ops.rmsNorm(read(`rmsnorm.${size}.x`), golden.float32(`rmsnorm.${size}.scale`));
    expectClose(y.data, golden.float32(`rmsnorm.${size}.y`), size, { shape: [y.rows, y.cols] });
  });
});

describe('operations worked out by hand', () => {
  it('linear: x·Wᵀ + b, for any number of rows', () => {
    const layer = { weight: [1, 0, 2, -1, 1, 3], bias: [10, 20] };
    expect([...ops.linear(ops.matrix([1, 2, 3], 3), layer).data]).toEqual([17, 30]);
    const five = ops.linear(
      ops.matrix(
        Array.from({ length: 15 }, (_, i) => i),
        3,
      ),
      { ...layer, bias: null },
    );
    expect([...five.data]).toEqual([4, 7, 13, 16, 22, 25, 31, 34, 40, 43]);
  });

  it('modulation and gates are those of the row’s image', () => {
    const x = ops.matrix([1, 2, 3, 4, 5, 6, 7, 8], 2);
    const [first, second] = [ops.matrix([0, 10, 20, 30], 2), ops.matrix([1, 0, 2, -1], 2)];
    expect([...ops.modulate(x, first, second).data]).toEqual([2, 12, 6, 14, 35, 30, 41, 30]);
    expect([...ops.addGated(x, second, x).data]).toEqual([2, 2, 6, 4, 15, 0, 21, 0]);
  });

  it('attention with equal logits is the mean of its own group', () => {
    const q = ops.matrix(4, 2);
    const v = ops.matrix([1, 2, 3, 4, 10, 20, 30, 40], 2);
    expect([...ops.attention(q, q, v, 2, 2).data]).toEqual([2, 3, 2, 3, 20, 30, 20, 30]);
    expect([...ops.attention(q, q, v, 1, 1).data]).toEqual([11, 16.5, 11, 16.5, 11, 16.5, 11, 16.5]);
  });

  it('attention takes more keys than queries, and a head sees its own columns', () => {
    const q = ops.matrix([Math.SQRT1_2, 0, 0, 0], 4);
    const k = ops.matrix([0, 0, 0, 0, 2 * Math.log(3), 0, 5, 5], 4); // logits 0 and ln 3 in the first of two heads
    const v = ops.matrix([0, 4, 0, 4, 4, 0, 4, 0], 4);
    expectClose(ops.attention(q, k, v, 2, 1).data, [3, 1, 2, 2], 'attention', { bounds: { max: 1e-14, l2: 1e-14 } });
  });

  it('softmax survives logits of hundreds', () => {
    expect([...ops.softmax(Float64Array.of(800, 800, -800))]).toEqual([0.5, 0.5, 0]);
  });

  it('the sinusoid of t = 0 is 128 ones and 128 zeros, and its slowest frequency is 10000^(-127/128)', () => {
    const { data } = ops.timestepSinusoid([0, 1]);
    expect([...data.subarray(0, 256)]).toEqual([...Array(128).fill(1), ...Array(128).fill(0)]);
    expect(data[256]).toBeCloseTo(Math.cos(1), 15);
    expect(data[511]).toBeCloseTo(Math.sin(10000 ** (-127 / 128)), 15);
  });
});
