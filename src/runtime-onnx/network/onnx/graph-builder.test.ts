import { describe, expect, it } from 'vitest';
import { safetensorsFile } from '../../../../test/support/safetensors.ts';
import { Safetensors } from '../../../model/safetensors.ts';
import { configureRuntime } from '../../runtime.ts';
import { floats, GraphSession } from '../session.ts';
import { GraphBuilder } from './graph-builder.ts';

/** 1.5, -0.25, 100 in three precisions; in the file they begin at any byte, aligned to nothing. */
const HALVES = Uint16Array.of(0x3e00, 0xb400, 0x5640);
const BFLOATS = Uint16Array.of(0x3fc0, 0xbe80, 0x42c8);
const SINGLES = Float32Array.of(1.5, -0.25, 100);

function weights(): { file: Uint8Array; header: Safetensors['header'] } {
  const data = new Uint8Array([HALVES, BFLOATS, SINGLES].flatMap((part) => [...new Uint8Array(part.buffer)]));
  const entry = (dtype: string, begin: number, end: number) => ({ dtype, shape: [3], data_offsets: [begin, end] });
  const file = safetensorsFile(
    { f16: entry('F16', 0, 6), bf16: entry('BF16', 6, 12), f32: entry('F32', 12, 24) },
    data,
  );
  return { file, header: Safetensors.parse(file).header };
}

describe('GraphBuilder', () => {
  it.each(['f16', 'bf16', 'f32'])('reads %s weights from their place in the file', async (name) => {
    const { file, header } = weights();
    const g = new GraphBuilder('test', header);
    const x = g.input('x', 'F32', ['rows', 3]);
    g.output('y', g.op('Mul', [x, g.weight(name, [3])]), ['rows', 3]);
    configureRuntime(undefined);
    const session = await GraphSession.open(g.encode(), file);
    const y = await session.run({ x: floats(Float32Array.of(1, 1, 1, 2, 4, 0.5), [2, 3]) });
    expect([...y]).toEqual([1.5, -0.25, 100, 3, -1, 50]);
    await session.dispose();
  });

  it.each([
    ['a missing tensor', 'missing', [3], 'no tensor “missing”'],
    ['another shape', 'f16', [1, 3], 'has the shape [3]; the configuration asks for [1, 3]'],
  ])('refuses %s', (_, name, shape, words) => {
    const g = new GraphBuilder('test', weights().header);
    const refused = expect.objectContaining({ code: 'weights-mismatch', message: expect.stringContaining(words) });
    expect(() => g.weight(name, shape)).toThrow(refused);
  });

  it('refuses weights of another type', () => {
    const file = safetensorsFile({ w: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } }, 4);
    const g = new GraphBuilder('test', Safetensors.parse(file).header);
    expect(() => g.weight('w', [1])).toThrow(expect.objectContaining({ code: 'weights-mismatch' }));
  });

  it('says so when the runtime does not know an operator', async () => {
    const { file, header } = weights();
    const g = new GraphBuilder('test', header);
    g.output('y', g.op('Imaginary', [g.input('x', 'F32', [1])]), [1]);
    configureRuntime(undefined);
    await expect(GraphSession.open(g.encode(), file)).rejects.toMatchObject({
      code: 'runtime-failed',
      message: expect.stringContaining('Imaginary'),
    });
  });
});
