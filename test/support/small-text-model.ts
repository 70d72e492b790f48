import { readFile } from 'node:fs/promises';
import { normals } from './numbers.ts';
import { onnxFile } from './onnx.ts';
import { described, SMALL_IMAGE, SMALL_LATENTS, smallDecoder } from './small-model.ts';
import { textManifestJson } from './text-manifest.ts';
import { TEXT, textNetworkFiles } from './text-network.ts';

/** Word pieces of test/fixtures/text. */
const PIECES = 112;

/**
 * The files of a whole model that reads text and draws in milliseconds: random weights, a tokenizer of a hundred word
 * pieces (such as “cat”, “two”, “bold”), and an encoder that averages a row for each. Subjects and styles are those of
 * textManifestJson.
 */
export async function smallTextModel(): Promise<Map<string, Buffer>> {
  const { weights, names } = await textNetworkFiles();
  const { num_classes: _, ...config } = JSON.parse(await readFile('test/fixtures/reference/elit-sit-a.json', 'utf8'));
  const files = {
    'elit.safetensors': Buffer.from(weights),
    'decoder.onnx': Buffer.from(smallDecoder()),
    'text-encoder.onnx': Buffer.from(smallEncoder()),
    'tokenizer.json': await readFile('test/fixtures/text/tokenizer.json'),
    'names.safetensors': Buffer.from(names),
  };
  const manifest = {
    ...textManifestJson(),
    ...{ architecture: 'elit-sit', config, image: SMALL_IMAGE, latent: SMALL_LATENTS },
    defaults: { steps: 2, solver: 'euler', guidance: 1, budget: 16 },
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, described(file)])),
  };
  return new Map([['model.json', Buffer.from(JSON.stringify(manifest))], ...Object.entries(files)]);
}

/** ids and mask [B, L] -> the mean over L of a table's rows [B, width]. */
function smallEncoder(): Uint8Array {
  const table = Float32Array.from(normals(6, PIECES, TEXT.width, 1).data);
  const tokens = { dims: ['batch', 'length'], type: 'int32' } as const;
  return onnxFile({
    nodes: [
      { operator: 'Gather', inputs: ['table', 'ids'], output: 'rows' },
      {
        operator: 'ReduceMean',
        inputs: ['rows'],
        output: 'embedding',
        attributes: { axes: [1], keepdims: 0 },
      },
    ],
    tensors: { table: { dims: [PIECES, TEXT.width], values: table } },
    inputs: [
      { name: 'ids', ...tokens },
      { name: 'mask', ...tokens },
    ],
    outputs: [{ name: 'embedding', dims: ['batch', TEXT.width] }],
  });
}
