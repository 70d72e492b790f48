/**
 * Every failure that a user can meet, as one typed error: a stable code to branch on, a message that
 * names the thing that is wrong, and a hint that says what to do. Plain data, so it crosses a worker boundary.
 */

export const ERROR_CODES = [
  'insecure-context', // WebGPU needs https or localhost
  'webgpu-missing', // the browser has no navigator.gpu
  'webgpu-no-adapter', // WebGPU is there, but no GPU answers
  'gpu-limits', // the model needs more than the adapter offers
  'gpu-shader', // a kernel did not compile
  'gpu-validation', // a GPU command was refused
  'gpu-wrong-values', // the GPU's arithmetic is wrong
  'gpu-out-of-memory',
  'gpu-device-lost',
  'model-not-found', // the address answers 404, or not with a model
  'model-network', // the download broke off
  'model-corrupt', // what arrived has not the SHA-256 that model.json lists, twice
  'model-too-large', // there is no memory for one of its files
  'storage-full', // the browser gives no more room to keep the model in
  'storage-failed', // the browser keeps nothing, or failed to
  'manifest-invalid', // model.json is not what it should be
  'config-invalid', // the network's configuration contradicts itself
  'weights-truncated', // the file ends before its tensors do
  'weights-malformed', // not a safetensors file, or one with broken offsets
  'weights-mismatch', // a tensor is missing, or its shape contradicts the configuration
  'decoder-failed',
  'image-encoder-failed', // what reads a picture to begin with is damaged, or failed
  'text-encoder-failed', // what reads prompts is damaged, or failed
  'runtime-failed', // onnxruntime refused or failed, where it draws
  'picture-invalid', // a dropped picture is no PNG, or carries no settings
  'archive-invalid', // a zip of pictures is damaged, too large, or holds none of ours
  'request-invalid', // steps 0, budget 17, NaN, …
  'unsupported', // this device, or this model, has no such thing
  'name-unknown', // no such subject or style
  'superseded', // a newer request took this one's place
  'disposed', // the generator was disposed
  'worker-failed',
  'internal', // a fault of ours
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** Messages quote names that come from files and addresses of strangers, which may be of any length. */
const LONGEST_MESSAGE = 400;
/** Control characters, and those that turn the direction of the text after them: a name must not rewrite the message. */
const UNFIT = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The one error class of the library. `message` says what is wrong with what, `hint` what to do about it. */
export class ElitError extends Error {
  override readonly name = 'ElitError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(fitForPeople(message), options);
    this.code = code;
    this.hint = fitForPeople(hint);
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, hint: this.hint };
  }

  static fromData(data: ErrorData): ElitError {
    return new ElitError(data.code, data.message, data.hint);
  }

  /** Wraps whatever was thrown; typed errors pass through unchanged. */
  static from(thrown: unknown): ElitError {
    if (thrown instanceof ElitError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new ElitError('internal', message, 'This is a fault of elit-web; please report it with the details.', {
      cause: thrown,
    });
  }
}

function fitForPeople(text: string): string {
  const shown = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
  return shown.replace(UNFIT, '\ufffd');
}
