import type { NetworkConfig, TextInput } from '../../src/model/config.ts';
import { Safetensors } from '../../src/model/safetensors.ts';
import { normals } from './numbers.ts';
import { readRecorded } from './recorded.ts';
import { writeSafetensors } from './safetensors.ts';

export const TEXT: TextInput = { width: 12, styles: 3 };
const NAMES = 5;

/** The files of the network, and of its names' embeddings. */
export async function textNetworkFiles(): Promise<{ weights: Uint8Array; names: Uint8Array }> {
  const { config, weights } = await readRecorded('elit-sit-a');
  const D = config.hidden;
  const random = (shape: number[], seed: number) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return { shape, values: normals(seed, 1, count, 0.3).data };
  };
  const added = Safetensors.parse(
    writeSafetensors({
      'y_embedder.text_proj.weight': random([D, TEXT.width], 1),
      'y_embedder.text_proj.bias': random([D], 2),
      'y_embedder.style_table.weight': random([TEXT.styles, D], 3),
      'y_embedder.null_text': random([D], 4),
    }),
  );
  const names = writeSafetensors({ names: random([NAMES, TEXT.width], 5) });
  return { weights: joined(weights, added), names };
}

/** A recorded network whose label table gave way to random tensors that read text, and its names' embeddings. */
export async function textNetwork(): Promise<{ config: NetworkConfig; weights: Safetensors; names: Safetensors }> {
  const { config } = await readRecorded('elit-sit-a');
  const { weights, names } = await textNetworkFiles();
  return {
    config: { ...config, numClasses: 0, text: TEXT },
    weights: Safetensors.parse(weights),
    names: Safetensors.parse(names),
  };
}

/** One file of the tensors of two, without the label table. */
function joined(network: Safetensors, added: Safetensors): Uint8Array {
  const all = Object.fromEntries(
    [network, added].flatMap((file) =>
      file.names().flatMap((name) => {
        if (name === 'y_embedder.embedding_table.weight') return [];
        return [[name, { shape: file.tensor(name).shape, values: file.float32(name) }] as const];
      }),
    ),
  );
  return writeSafetensors(all);
}
