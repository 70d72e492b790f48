import { ElitError } from '../errors.ts';

/** Names in messages come from the file and can be of any length; messages are for people. */
const LONGEST_MESSAGE = 400;

/** The decoder's file is damaged, or contradicts itself or model.json. */
export function malformed(message: string): ElitError {
  return failed(message, 'Load the model again; if that fails too, its decoder.onnx is damaged or from another model.');
}

/** The decoder is sound for all we know, but has a step that our kernels do not. */
export function unsupported(message: string): ElitError {
  return failed(message, 'Decode with onnxruntime instead, which knows every operator.');
}

function failed(message: string, hint: string): ElitError {
  const shown = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return new ElitError('decoder-failed', shown, hint);
}
