import type { ErrorCode } from '../../errors.ts';

/** What happened, as a heading; the error's own message and hint say the rest. */
export const TITLES: Record<ErrorCode, string> = {
  'insecure-context': 'This address is not secure',
  'webgpu-missing': 'WebGPU is missing',
  'webgpu-no-adapter': 'No graphics card answers',
  'gpu-limits': 'This GPU is too small for the model',
  'gpu-shader': 'The GPU refused one of our programs',
  'gpu-validation': 'The GPU refused a command',
  'gpu-out-of-memory': 'The GPU ran out of memory',
  'gpu-device-lost': 'The GPU went away',
  'model-not-found': 'The model is not there',
  'model-network': 'The download broke off',
  'manifest-invalid': 'The model’s description is not valid',
  'config-invalid': 'The model’s configuration is not valid',
  'weights-truncated': 'The weights are incomplete',
  'weights-malformed': 'The weights are damaged',
  'weights-mismatch': 'The weights do not fit the model',
  'decoder-failed': 'The image could not be decoded',
  'request-invalid': 'This setting can’t be drawn',
  'name-unknown': 'The model does not know this name',
  superseded: 'A newer request took over',
  disposed: 'The model was closed',
  'worker-failed': 'The drawing program stopped',
  internal: 'Something went wrong',
};
