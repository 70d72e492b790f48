import { expect, it } from 'vitest';
import { readManifest } from '../../src/generator/model-files.ts';
import { textEncoderHere } from '../../src/generator/text-encoder-here.ts';
import { smallTextModel } from './small-text-model.ts';

it('is a whole model, whose encoder tells prompts apart', async () => {
  const files = await smallTextModel();
  const read = async (name: string) => new Uint8Array(files.get(name)!);
  const { text } = await readManifest({ read }, new AbortController().signal);
  const [encoder, tokenizer] = await Promise.all([read('text-encoder.onnx'), read('tokenizer.json')]);
  const reader = await textEncoderHere()({ encoder, tokenizer }, text!);
  const embeddings = [await reader.embed('two cat'), await reader.embed('two face'), await reader.embed('two cat')];
  expect(embeddings[0]).toHaveLength(12);
  expect(embeddings[1]).not.toEqual(embeddings[0]);
  expect(embeddings[2]).toEqual(embeddings[0]);
  await reader.dispose();
});
