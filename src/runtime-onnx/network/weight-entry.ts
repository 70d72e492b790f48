import { ElitError } from '../../errors.ts';
import type { Safetensors, SafetensorsHeader, TensorEntry } from '../../model/safetensors.ts';

/** A tensor of weights and where it lies in the file. */
export interface WeightEntry extends TensorEntry {
  readonly dtype: 'F32' | 'F16' | 'BF16';
}

/**
 * Looks a tensor up and holds it to the shape that the configuration asks for.
 * @throws ElitError weights-mismatch when it is missing, or has another shape or a type that weights do not have
 */
export function weightEntry(header: SafetensorsHeader, name: string, shape: readonly number[]): WeightEntry {
  const entry = header.entries.get(name);
  if (entry === undefined) throw mismatch(`The weights file has no tensor “${name}”.`);
  const { dtype } = entry;
  if (entry.shape.join() !== shape.join()) {
    const [found, asked] = [entry.shape.join(', '), shape.join(', ')];
    throw mismatch(`Tensor “${name}” has the shape [${found}]; the configuration asks for [${asked}].`);
  }
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw mismatch(`Tensor “${name}” is stored as ${dtype}; weights are F32, F16 or BF16.`);
  }
  return { ...entry, dtype };
}

/** The whole file that the weights were read from, as the graphs refer to it; shares its memory. */
export function weightsFile(weights: Safetensors): Uint8Array {
  const { header } = weights;
  const [first] = header.entries;
  if (first === undefined) throw mismatch('The weights file has no tensors.');
  const [name, { begin }] = first;
  const { bytes } = weights.tensor(name);
  return new Uint8Array(bytes.buffer, bytes.byteOffset - begin, header.fileBytes);
}

function mismatch(message: string): ElitError {
  return new ElitError('weights-mismatch', message, 'Check that the weights and model.json belong to the same model.');
}
