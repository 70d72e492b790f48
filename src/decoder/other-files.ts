import { malformed } from './failure.ts';
import { bytesOf, type Field, fields } from './protobuf.ts';

/**
 * ONNX lets a tensor lie in another file, by a name that whoever wrote the model chose. A decoder is one file: no
 * name out of it is ever opened, by us or by a runtime that is given the file. This walks through everything that can
 * hold a tensor, subgraphs and functions too.
 */

/** Kinds of message, and the fields of each that hold another one. Field numbers of onnx.proto. */
const PARTS = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>;
type Kind = keyof typeof PARTS;

/** `external_data` and `data_location` of a tensor. */
const ELSEWHERE: readonly number[] = [13, 14];
/** A subgraph nests four messages; two of them, one in the other, are more than any decoder has. */
const MAX_DEPTH = 16;

/** @throws ElitError decoder-failed when a tensor lies outside, or the file makes no sense */
export function refuseOtherFiles(file: Uint8Array): void {
  walk('model', file, 0);
}

function walk(kind: Kind, message: Uint8Array, depth: number): void {
  if (depth > MAX_DEPTH) throw malformed(`The decoder’s file nests deeper than ${MAX_DEPTH} messages.`);
  for (const field of fields(message)) {
    if (kind === 'tensor' && ELSEWHERE.includes(field.number) && !isHere(field)) {
      throw malformed('The decoder keeps a tensor in another file, which is never opened.');
    }
    const part = (PARTS[kind] as Readonly<Record<number, Kind | undefined>>)[field.number];
    if (part !== undefined) walk(part, bytesOf(field), depth + 1);
  }
}

/** Location 0 is “in this file”, said aloud. */
function isHere(field: Field): boolean {
  return field.kind === 'varint' && Number(field.value) === 0;
}
