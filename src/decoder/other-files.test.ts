import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bytes, message, text, varint } from '../../test/support/onnx.ts';
import { refuseOtherFiles } from './other-files.ts';

const entry = message(text(1, 'location'), text(2, '../../secret'));
const outside = message(varint(1, 4), varint(2, 1), bytes(13, entry), varint(14, 1));
const model = (...graph: Uint8Array[]) => bytes(7, message(...graph));
const node = (attribute: Uint8Array) => bytes(1, bytes(5, attribute));

describe('refuseOtherFiles', () => {
  it('lets the bundled decoder pass, and a tensor that says aloud that it is here', async () => {
    refuseOtherFiles(await readFile('public/models/emoji-128/decoder.onnx'));
    refuseOtherFiles(model(bytes(5, message(varint(2, 1), varint(14, 0)))));
  });

  it.each<[string, Uint8Array]>([
    ['a weight', model(bytes(5, outside))],
    ['a location alone', model(bytes(5, varint(14, 1)))],
    ['a constant', model(node(bytes(5, outside)))],
    ['a list of constants', model(node(bytes(10, outside)))],
    ['a sparse weight', model(bytes(15, bytes(1, outside)))],
    ['a weight of a subgraph', model(node(bytes(6, bytes(5, outside))))],
    ['a constant of a function', bytes(25, bytes(7, bytes(5, bytes(5, outside))))],
    ['a second graph', message(model(), model(bytes(5, outside)))],
  ])('refuses %s in another file', (_, file) => {
    const refused = { code: 'decoder-failed', message: expect.stringContaining('another file') };
    expect(() => refuseOtherFiles(file)).toThrow(expect.objectContaining(refused));
  });

  it('goes only so deep', () => {
    const nest = (graph: Uint8Array, depth: number): Uint8Array =>
      depth === 0 ? graph : nest(node(bytes(6, graph)), depth - 1);
    expect(() => refuseOtherFiles(bytes(7, nest(new Uint8Array(), 8)))).toThrow('nests deeper');
  });
});
