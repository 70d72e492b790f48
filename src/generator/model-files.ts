import { ElitError } from '../errors.ts';
import { type Manifest, type ModelFile, parseManifest } from '../model/manifest.ts';
import { Safetensors } from '../model/safetensors.ts';
import { parseStrictJson } from '../model/strict-json.ts';
import type { ModelSource, ReadOptions } from './source.ts';

const MANIFEST = 'model.json';
const MANIFEST_LIMIT = 32 * 2 ** 20;
const MANIFEST_DEPTH = 16;

/** @throws ElitError 'model-not-found' | 'model-network' | 'manifest-invalid' | 'config-invalid' */
export async function readManifest(source: ModelSource, signal: AbortSignal): Promise<Manifest> {
  const bytes = await source.read(MANIFEST, { signal, limit: MANIFEST_LIMIT });
  return parseManifest(parseJson(bytes));
}

/** @throws ElitError 'model-not-found' | 'model-network' | 'weights-truncated' | 'weights-malformed' */
export async function readWeights(
  source: ModelSource,
  file: ModelFile,
  options: Omit<ReadOptions, 'limit'>,
): Promise<Safetensors> {
  const bytes = await source.read(file.name, { ...options, limit: file.bytes, expected: file });
  if (bytes.byteLength < file.bytes) throw truncated('weights-truncated', file, bytes);
  return Safetensors.parse(bytes);
}

/** @throws ElitError 'model-not-found' | 'model-network' | 'decoder-failed' */
export function readDecoder(
  source: ModelSource,
  file: ModelFile,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWhole(source, file, { signal }, 'decoder-failed');
}

/** The text encoder or its tokenizer. @throws ElitError 'model-not-found' | 'model-network' | 'text-encoder-failed' */
export function readTextFile(
  source: ModelSource,
  file: ModelFile,
  options: Omit<ReadOptions, 'limit'>,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWhole(source, file, options, 'text-encoder-failed');
}

/** @throws ElitError 'model-not-found' | 'model-network' | 'image-encoder-failed' */
export function readImageEncoder(
  source: ModelSource,
  file: ModelFile,
  options: Omit<ReadOptions, 'limit'>,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWhole(source, file, options, 'image-encoder-failed');
}

async function readWhole(
  source: ModelSource,
  file: ModelFile,
  options: Omit<ReadOptions, 'limit'>,
  code: Parameters<typeof truncated>[0],
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(file.name, { ...options, limit: file.bytes, expected: file });
  if (bytes.byteLength < file.bytes) throw truncated(code, file, bytes);
  return bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), MANIFEST_DEPTH);
  } catch (cause) {
    throw new ElitError(
      'manifest-invalid',
      `model.json is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Check that the address points at the folder of a model, with its files unchanged.',
      { cause },
    );
  }
}

function truncated(
  code: 'weights-truncated' | 'decoder-failed' | 'image-encoder-failed' | 'text-encoder-failed',
  file: ModelFile,
  bytes: Uint8Array,
): ElitError {
  return new ElitError(
    code,
    `${file.name} ends after ${bytes.byteLength} of ${file.bytes} bytes.`,
    'Load the model again; if that fails too, the file was cut short where it is served from.',
  );
}
