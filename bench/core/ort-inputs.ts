import { modulationTable } from '../../src/runtime-onnx/network/modulation-table.ts';
import { OnnxNetwork } from '../../src/runtime-onnx/network/network.ts';
import type { RuntimeFiles } from '../../src/runtime-onnx/runtime.ts';
import type { Problem } from './problem.ts';

/** What onnxruntime's velocity graph is given besides the budget. */
export interface OrtInputs {
  readonly image: { readonly data: Float32Array<ArrayBuffer>; readonly dims: readonly number[] };
  readonly modulation: { readonly data: Float32Array; readonly dims: readonly number[] };
}

/** The image as it is, and the modulation that onnxruntime's own conditioning graph makes, once for all forwards. */
export async function ortInputs(
  { manifest, weights, image, time, label }: Problem,
  files: RuntimeFiles,
): Promise<OrtInputs> {
  const { config, latent } = manifest;
  const network = await OnnxNetwork.load(config, weights, files);
  try {
    const { lines } = await network.condition([time], [network.label(label)]);
    return {
      image: { data: image, dims: [1, latent.channels, latent.height, latent.width] },
      modulation: { data: lines, dims: [1, modulationTable(config).width, config.hidden] },
    };
  } finally {
    await network.dispose();
  }
}
