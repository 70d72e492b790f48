import type { ErrorCode } from '../../src/errors.ts';

/**
 * What each failure says, as the code says it: a message that names what is wrong and a hint that says what to do.
 * A code without an entry here does not compile.
 */
export const ERROR_WORDS: Readonly<Record<ErrorCode, readonly [message: string, hint: string]>> = {
  'insecure-context': [
    'This page was opened over plain http, where browsers switch WebGPU off.',
    'Open it over https, or on localhost.',
  ],
  'webgpu-missing': [
    'This browser has no WebGPU.',
    'Use a current Chrome, Edge, Firefox or Safari, or switch WebGPU on in its settings.',
  ],
  'webgpu-no-adapter': [
    'WebGPU is here, but no graphics adapter answers.',
    'Switch on hardware acceleration in the browser’s settings, update the graphics driver, and restart the browser.',
  ],
  'gpu-limits': [
    '“blocks.0.attn.qkv.weight” needs 15925248 bytes in one buffer; this device allows 1048576.',
    'Use a smaller model, or a device with more graphics memory.',
  ],
  'gpu-shader': [
    'The kernel “matmul” did not compile: 12:3 unresolved value “tile”',
    'Update the browser and the graphics driver; if it stays, report it with this text.',
  ],
  'gpu-validation': [
    'The GPU refused its work: buffer “latents” is used while it is mapped.',
    'Reload the page; if it stays, update the graphics driver and report this with the details.',
  ],
  'gpu-wrong-values': [
    'The GPU computes 0.25 where 0.5 is right, in matmul.',
    'Update the graphics driver; until then the picture is drawn on the processor.',
  ],
  'gpu-out-of-memory': [
    'The GPU has no memory left for this model.',
    'Close other pages that use the GPU, or use a smaller model.',
  ],
  'gpu-device-lost': [
    'The browser lost the connection to the GPU: the driver was reset.',
    'Draw again: the device is set up anew. If it keeps happening, close other heavy pages.',
  ],
  'model-not-found': [
    'https://example.org/models/tiny/model.json answers 404 Not Found.',
    'Check that the address points at the folder of a model.',
  ],
  'model-network': [
    'The download of https://example.org/models/tiny/elit.safetensors broke off: network error.',
    'Check the connection and load the model again.',
  ],
  'model-corrupt': [
    'Chunk 3 of 11 of elit.safetensors (bytes 8388608 to 12582911) has not the SHA-256 that model.json lists, also after it was fetched again.',
    'Reload the page: the model may just have been updated. If that fails too, the file is damaged where it is served.',
  ],
  'model-too-large': [
    'There is no memory for elit.safetensors, which takes 2700 MB.',
    'Close other tabs and programs, or use a smaller model.',
  ],
  'storage-full': [
    'The browser has no more room to keep the model in.',
    'It is downloaded again next time. Free some disk space, or remove data of other sites, to keep it.',
  ],
  'storage-failed': [
    'The browser kept nothing of the model: the operation is insecure.',
    'It is downloaded again next time. A private window, or settings that block site data, can be the reason.',
  ],
  'manifest-invalid': [
    'model.json is not usable: “image.width” is 1000000, but must be a whole number from 1 to 8192.',
    'Check that the address points at a folder with a model of this version, with its files unchanged.',
  ],
  'config-invalid': [
    'The network’s configuration is not usable: “hidden” (256) cannot be divided by “heads” (3).',
    'Correct the configuration (“config” in model.json) to describe the network that the weights come from.',
  ],
  'weights-truncated': [
    'elit.safetensors ends after 1000000 of 42226176 bytes.',
    'Load the model again; if that fails too, the file was cut short where it is served from.',
  ],
  'weights-malformed': [
    'Tensor “pos_embed” overlaps the tensor before it.',
    'Use a file in safetensors format, unchanged since its export.',
  ],
  'weights-mismatch': [
    'The weights file has no tensor “blocks.12.attn.qkv.weight”.',
    'Check that the weights and the configuration belong to the same model.',
  ],
  'decoder-failed': [
    'The decoder keeps a tensor in another file, which is never opened.',
    'Load the model again; if that fails too, its decoder.onnx is damaged or from another model.',
  ],
  'image-encoder-failed': [
    'The image encoder cannot be read: protobuf parsing failed.',
    'Load the model again; if that fails too, its encoder.onnx is damaged or from another model.',
  ],
  'text-encoder-failed': [
    'The text encoder cannot be read: protobuf parsing failed.',
    'Load the model again; if that fails too, its text-encoder.onnx is damaged or from another model.',
  ],
  'runtime-failed': [
    'The network could not be run on the processor: out of memory.',
    'Close other tabs in case memory is short, and load the model again. If it stays, please report it.',
  ],
  'picture-invalid': [
    'The picture carries no settings.',
    'Use a PNG that was downloaded from this page, with its contents unchanged.',
  ],
  'archive-invalid': [
    'The zip holds no picture of this page.',
    'Use a zip that was exported from this page, or one of PNGs that were downloaded from it.',
  ],
  'request-invalid': ['The budget is 17.', 'Give a whole number from 1 to 16.'],
  unsupported: ['The model sit-a has no latents.', 'Use an ELIT model to see them.'],
  'name-unknown': ['The model emoji-128 knows no subject “kat”.', 'Did you mean “cat”, “bat”, “hat”?'],
  superseded: ['A newer request took this one’s place.', 'Nothing to do: the newer one is drawn.'],
  disposed: ['The generator was disposed.', 'Load the model again to draw more.'],
  'worker-failed': [
    'The worker that draws stopped: its script could not be loaded.',
    'Load the model again. If that fails, reload the page: its files may have been updated while it was open.',
  ],
  internal: [
    'The network computed NaN at place 7 of the image’s latents.',
    'Lower the guidance. If that does not help, the graphics driver computes wrongly: please report it with its name.',
  ],
};
