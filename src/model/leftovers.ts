import { ElitError } from '../errors.ts';

/** What grows with a network. Other tensors, such as a training run's, do no harm. */
const PARTS = /^(blocks|input_token_editor|output_token_editor)\./;

/**
 * A tensor of a block or of the latent interface that nobody asked for: the file is of a larger network.
 * @throws ElitError weights-mismatch
 */
export function refuseLeftovers(names: Iterable<string>, used: ReadonlySet<string>): void {
  for (const name of names) {
    if (!PARTS.test(name) || used.has(name)) continue;
    throw new ElitError(
      'weights-mismatch',
      `Tensor “${name}” is in the weights, but the configuration has no place for it.`,
      'Check that the weights and model.json belong to the same model.',
    );
  }
}
