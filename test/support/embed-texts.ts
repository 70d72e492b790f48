import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textEncoderHere } from '../../src/generator/text-encoder-here.ts';
import { PromptTokenizer } from '../../src/runtime-onnx/tokenizer.ts';

/**
 * `node scripts/run.mjs test/support/embed-texts.ts FOLDER LONGEST WIDTH`: reads the texts in FOLDER/texts.json by the
 * text-encoder.onnx and tokenizer.json beside it, as the page does, and writes FOLDER/embedded.json: of every text, its
 * token ids and its embedding. For `training/tests/test_page_text.py`.
 */
export async function main([folder = '.', longest, width]: string[]): Promise<number> {
  const [encoder, tokenizer, texts] = await Promise.all(
    ['text-encoder.onnx', 'tokenizer.json', 'texts.json'].map((name) => readFile(join(folder, name))),
  );
  if (!encoder || !tokenizer || !texts) return 1;
  const reader = await textEncoderHere()({ encoder, tokenizer }, { longest: Number(longest), width: Number(width) });
  const cut = new PromptTokenizer(tokenizer, Number(longest));
  const embedded = [];
  for (const text of JSON.parse(texts.toString()) as string[]) {
    embedded.push({ ids: cut.ids(text), embedding: [...(await reader.embed(text))] });
  }
  await reader.dispose();
  await writeFile(join(folder, 'embedded.json'), JSON.stringify(embedded));
  return 0;
}
