import { describe, expect, it, vi } from 'vitest';
import { textManifest } from '../../test/support/text-manifest.ts';
import { TEXT, textNetwork } from '../../test/support/text-network.ts';
import { ElitError } from '../errors.ts';
import { TextConditioning } from '../model/text-conditioning.ts';
import { resolveSettings } from './settings.ts';
import { TextReader } from './text-reader.ts';

const { config, weights, names } = await textNetwork();
const conditioning = new TextConditioning(config, TEXT, { weights, names, nameCount: 5 });
const model = textManifest();
const embedding = new Float32Array(TEXT.width).fill(0.5);

function reader() {
  const encoder = { embed: vi.fn(async () => embedding), dispose: vi.fn(async () => undefined) };
  const read = vi.fn(async () => new Uint8Array(1));
  const open = vi.fn(async () => encoder);
  return { encoder, read, open, made: new TextReader(model, model.text!, conditioning, { read, open }) };
}

const asked = (request: object) => resolveSettings({ seed: 0, ...request }, model);

describe('TextReader', () => {
  it('takes a known name’s embedding without an encoder, and no text for “any”', async () => {
    const { made, read } = reader();
    const known = await made.vector(asked({ prompt: 'Red  Apple!', style: 'flat' }));
    expect(known).toEqual(conditioning.vector(conditioning.name(1), 0));
    expect(await made.vector(asked({}))).toEqual(made.nothing);
    expect(read).not.toHaveBeenCalled();
  });

  it('reads another prompt by an encoder that is opened once, and each prompt once', async () => {
    const { made, read, open, encoder } = reader();
    const settings = asked({ prompt: ' a dragon ', style: 'flat' });
    expect(settings).toMatchObject({ subject: 'any', prompt: 'a dragon' });
    const vectors = await Promise.all([made.vector(settings), made.vector({ ...settings, budget: 1 })]);
    expect(vectors).toEqual([conditioning.vector(embedding, 0), conditioning.vector(embedding, 0)]);
    await made.vector(asked({ prompt: 'a knight' }));
    expect(read.mock.calls.map(([file]: unknown[]) => (file as { name: string }).name)).toEqual([
      'text-encoder.onnx',
      'tokenizer.json',
    ]);
    expect(open).toHaveBeenCalledTimes(1);
    expect(encoder.embed.mock.calls).toEqual([['a dragon'], ['a knight']]);
    await made.dispose();
    expect(encoder.dispose).toHaveBeenCalledTimes(1);
  });

  it('tries again after the encoder did not arrive', async () => {
    const { made, read } = reader();
    read.mockRejectedValueOnce(new ElitError('model-network', 'It broke off.', 'Try again.'));
    const settings = asked({ prompt: 'a dragon' });
    await expect(made.vector(settings)).rejects.toMatchObject({ code: 'model-network' });
    expect(await made.vector(settings)).toHaveLength(config.hidden);
  });
});

describe('a prompt', () => {
  it.each([
    ['empty', '  \n', 'empty'],
    ['of 1,001 characters', '🐱'.repeat(1001), '1001 characters'],
  ])('that is %s is refused', (_, prompt, words) => {
    const refused = expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining(words) });
    expect(() => asked({ prompt })).toThrow(refused);
    expect(asked({ prompt: '🐱'.repeat(1000) }).prompt).toHaveLength(2000);
  });

  it('beside a subject is refused, but not beside “any”, as settings have it', () => {
    const both = () => asked({ prompt: 'a dragon', subject: 'red apple' });
    expect(both).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    const settings = asked({ prompt: 'a dragon' });
    expect(asked({ ...settings, seed: 0 })).toEqual(settings);
  });

  it('is refused by a model that knows names only', () => {
    const ask = () => resolveSettings({ prompt: 'a dragon' }, { ...model, text: null });
    expect(ask).toThrow(
      expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining('no prompts') }),
    );
  });
});
