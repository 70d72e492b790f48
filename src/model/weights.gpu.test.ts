import { beforeAll, describe, expect, it, vi } from 'vitest';
import { aliveBuffers, guarded, sharedGpu } from '../../test/support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../../test/support/recorded.ts';
import { rewrittenSafetensors } from '../../test/support/safetensors.ts';
import { ElitError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Network } from './network.ts';
import { Safetensors, type StoredTensor } from './safetensors.ts';

let gpu: Gpu;
let elit: RecordedNetwork;

beforeAll(async () => {
  gpu = await sharedGpu();
  elit = await readRecorded('elit-sit-a');
});

/** Weights with one tensor changed, or left out. */
function withTensor(name: string, change: (tensor: StoredTensor) => StoredTensor | null): Safetensors {
  const file = rewrittenSafetensors(elit.weights, (other, tensor) => (other === name ? change(tensor) : tensor));
  return Safetensors.parse(file);
}

/** Loading is refused with words that match, and leaves nothing on the GPU. */
async function expectRefused(weights: Safetensors, message: RegExp, config = elit.config): Promise<void> {
  await guarded(gpu, async () => {
    const error = { code: 'weights-mismatch', message: expect.stringMatching(message), hint: expect.any(String) };
    await expect(Network.load(gpu, config, weights)).rejects.toMatchObject(error);
  });
}

describe('weights that do not fit their configuration', () => {
  it.each([
    'pos_embed',
    't_embedder.mlp.2.bias',
    'blocks.3.attn.qkv.weight',
    'input_token_editor.adapters.0.learned_query_embed',
    'output_token_editor.adapters.0.patches_attend_to_latents.0.k_norm.scale',
    'final_layer.linear.bias',
    'y_embedder.embedding_table.weight',
  ])('without %s', async (name) => {
    await expectRefused(
      withTensor(name, () => null),
      new RegExp(`no tensor “${name}”`),
    );
  });

  it.each([
    ['x_embedder.proj.weight', [4, 32, 2, 2], '[32, 4, 2, 2]'],
    ['blocks.0.mlp.fc1.weight', [32, 128], '[128, 32]'],
    ['input_token_editor.adapters.0.latent_pos_embed', [32, 4096], '[4096, 32]'],
  ])('with %s of shape %j', async (name, shape, asked) => {
    const message = new RegExp(`“${name}” has the shape \\[${shape.join(', ')}\\]; the configuration asks for`);
    const weights = withTensor(name, (tensor) => ({ ...tensor, shape }));
    await expectRefused(weights, message);
    await expectRefused(weights, new RegExp(asked.replaceAll(/[[\]]/g, '\\$&')));
  });

  it('with a weight of whole numbers', async () => {
    const weights = withTensor('blocks.1.attn.proj.weight', (tensor) => ({ ...tensor, dtype: 'I32' }));
    await expectRefused(weights, /“blocks\.1\.attn\.proj\.weight” is stored as I32; weights are F32, F16 or BF16/);
  });

  it.each([
    ['wider', { hidden: 48 }, /“pos_embed” has the shape \[1, 64, 32\].*\[1, 64, 48\]/],
    ['of another grid', { grid: 4 }, /“pos_embed”.*\[1, 16, 32\]/],
    ['of more channels', { inChannels: 8 }, /“x_embedder\.proj\.weight”.*\[32, 8, 2, 2\]/],
    ['of fewer classes', { numClasses: 999 }, /“y_embedder\.embedding_table\.weight”.*\[1000, 32\]/],
    ['deeper', { depth: 7 }, /no tensor “blocks\.6\.attn\.qkv\.weight”/],
    ['shallower', { depth: 5 }, /“blocks\.5\.[^”]+” is in the weights, but the configuration has no place for it/],
    ['without the latent interface', { latentInterface: null }, /“input_token_editor\.[^”]+” is in the weights/],
  ])('of a network that is %s', async (_, change, message) => {
    await expectRefused(elit.weights, message, { ...elit.config, ...change });
  });
});

describe('weights that do not fit into GPU memory', () => {
  it('leave nothing there, whichever buffer is the one too many', async () => {
    const whole = vi.spyOn(gpu, 'createBuffer');
    await guarded(gpu, async () => (await Network.load(gpu, elit.config, elit.weights)).dispose());
    const count = whole.mock.calls.length;
    whole.mockRestore();
    const alive = aliveBuffers(gpu);
    for (let room = 0; room < count; room += room < count - 20 ? 10 : 1) {
      const create = gpu.createBuffer.bind(gpu);
      let left = room;
      const full = vi.spyOn(gpu, 'createBuffer').mockImplementation((label, bytes, usage) => {
        left -= 1;
        if (left < 0) throw new ElitError('gpu-limits', `no room for ${label}`, 'Use a smaller model.');
        return create(label, bytes, usage);
      });
      await expect(Network.load(gpu, elit.config, elit.weights), `buffer ${room}`).rejects.toMatchObject({
        code: 'gpu-limits',
      });
      full.mockRestore();
      expect(aliveBuffers(gpu), `buffer ${room}`).toEqual(alive);
    }
  });
});
