import { ElitError } from '../errors.ts';
import type { NetworkConfig, TextInput } from './config.ts';
import type { Safetensors } from './safetensors.ts';

const PART = 'y_embedder';

/**
 * What a network that reads text adds to the timestep's embedding: text_proj(e) + style_table[s], with null_text in
 * place of text_proj(e) where there is no text. Two rows a run, so they are added up here, and rounded to float32.
 */
export class TextConditioning {
  readonly #hidden: number;
  readonly #input: TextInput;
  /** text_proj: [D, width] and [D]. */
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;
  /** [styles, D], “any” last. */
  readonly #styles: Float32Array;
  /** [D] */
  readonly #nullText: Float32Array;
  /** What stands for the known names in place of a prompt’s embedding [names, width]. */
  readonly #names: Float32Array<ArrayBuffer>;

  /**
   * Copies what it needs of a network's weights and of `names.safetensors`.
   * @param nameCount subject rows but “any”
   * @throws ElitError weights-mismatch naming the tensor
   */
  constructor(
    { hidden }: Pick<NetworkConfig, 'hidden'>,
    input: TextInput,
    files: { readonly weights: Safetensors; readonly names: Safetensors; readonly nameCount: number },
  ) {
    const { width, styles } = input;
    const { weights, names, nameCount } = files;
    this.#hidden = hidden;
    this.#input = input;
    this.#weight = floats(weights, `${PART}.text_proj.weight`, [hidden, width]);
    this.#bias = floats(weights, `${PART}.text_proj.bias`, [hidden]);
    this.#styles = floats(weights, `${PART}.style_table.weight`, [styles, hidden]);
    this.#nullText = floats(weights, `${PART}.null_text`, [hidden]);
    this.#names = floats(names, 'names', [nameCount, width]);
  }

  /** What stands for a known name [width], by its subject row; null for the row after them, “any”. */
  name(row: number): Float32Array<ArrayBuffer> | null {
    const { width } = this.#input;
    const embedding = this.#names.slice(row * width, (row + 1) * width);
    return embedding.length === width ? embedding : null;
  }

  /**
   * The vector [D] of a text's embedding [width], or of no text, in a style.
   * @param style row of the style table; the last is “any”
   */
  vector(embedding: Float32Array | null, style: number): Float32Array<ArrayBuffer> {
    const { width } = this.#input;
    if (embedding && embedding.length !== width) throw new RangeError(`embedding of ${embedding.length}, not ${width}`);
    return Float32Array.from({ length: this.#hidden }, (_, d) => {
      let sum = this.#styles[style * this.#hidden + d]!;
      if (embedding === null) return sum + this.#nullText[d]!;
      sum += this.#bias[d]!;
      for (let i = 0; i < width; i++) sum += this.#weight[d * width + i]! * embedding[i]!;
      return sum;
    });
  }

  /** The vector [D] that guidance calls the network with: no text, any style. */
  get nothing(): Float32Array<ArrayBuffer> {
    return this.vector(null, this.#input.styles - 1);
  }
}

/** A tensor held to its shape. */
function floats(file: Safetensors, name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const found = file.tensor(name);
  if (found.shape.join() !== shape.join()) {
    throw new ElitError(
      'weights-mismatch',
      `Tensor “${name}” has the shape [${found.shape.join(', ')}]; the model asks for [${shape.join(', ')}].`,
      'Check that the weights, the names and model.json belong to the same model.',
    );
  }
  return file.float32(name);
}
