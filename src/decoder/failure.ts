import { ElitError } from '../errors.ts';

/** The decoder's file is damaged, or contradicts itself or model.json. */
export function malformed(message: string): ElitError {
  return failed(message, 'Load the model again; if that fails too, its decoder.onnx is damaged or from another model.');
}

/** The decoder is sound for all we know, but has a step that our kernels do not. */
export function unsupported(message: string): ElitError {
  return failed(message, 'Decode with onnxruntime instead, which knows every operator.');
}

function failed(message: string, hint: string): ElitError {
  return new ElitError('decoder-failed', message, hint);
}
