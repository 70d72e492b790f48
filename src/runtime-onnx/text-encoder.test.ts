import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, readPageManifest } from '../../test/support/page-model.ts';
import { OnnxTextEncoder } from './text-encoder.ts';

/** Sentences and the first numbers of their unit vectors, as PyTorch gives them in float32. */
interface Recorded {
  readonly vectors: readonly { readonly text: string; readonly first: readonly number[] }[];
}

const { vectors }: Recorded = JSON.parse(await readFile('training/tests/fixtures/sentences.json', 'utf8'));

describe('the encoder of the bundled model', async () => {
  const { text } = (await readPageManifest()).manifest;
  let reader: OnnxTextEncoder;

  beforeAll(async () => {
    const [encoder, tokenizer] = await Promise.all(
      [text!.encoder, text!.tokenizer].map(({ name }) => readFile(`${MODEL}/${name}`)),
    );
    reader = await OnnxTextEncoder.create({ encoder: encoder!, tokenizer: tokenizer! }, text!);
  }, 60_000);
  afterAll(() => reader.dispose());

  it.each(vectors)('reads “$text” as PyTorch does, but for its int8 matrices', async ({ text, first }) => {
    const embedding = await reader.embed(text);
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
    // A cosine of 0.97, the least that the export accepts, is a distance of 0.24 over all 384 numbers.
    const own = 0.24 * Math.sqrt(first.length / 384);
    expect(Math.hypot(...first.map((value, i) => value - embedding[i]!))).toBeLessThan(1.5 * own);
  });

  it.each([
    ['a small kitten', 'cat', 'pizza'],
    ['dinner with melted cheese', 'pizza', 'umbrella'],
    ['a huge smile', 'grinning face', 'rocket'],
  ])('finds “%s” nearer to “%s” than to “%s”', async (prompt, near, far) => {
    const [own, like, unlike] = await Promise.all([prompt, near, far].map((words) => reader.embed(words)));
    const cosine = (other: Float32Array) => other.reduce((sum, value, i) => sum + value * own![i]!, 0);
    expect(cosine(like!)).toBeGreaterThan(cosine(unlike!) + 0.1);
  });
});
