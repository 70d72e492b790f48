import { describe, expect, it } from 'vitest';
import { ReferenceNetwork } from '../../test/reference/network.ts';
import { expectClose } from '../../test/support/compare.ts';
import { normals } from '../../test/support/numbers.ts';
import { TEXT, textNetwork } from '../../test/support/text-network.ts';
import { OnnxNetwork } from '../runtime-onnx/network/network.ts';
import { TextConditioning } from './text-conditioning.ts';

const { config, weights, names } = await textNetwork();
const conditioning = new TextConditioning(config, TEXT, { weights, names, nameCount: 5 });
const embedding = Float32Array.from(normals(9, 1, TEXT.width, 0.3).data);
const latents = Float32Array.from(normals(8, 1, config.inChannels * (config.grid * config.patch) ** 2).data);
const reference = (text: Float32Array | null, style: number) => {
  return new ReferenceNetwork(config, weights).forward({
    x: latents,
    t: [0.5],
    y: [{ embedding: text, style }],
    budget: 3,
  });
};

describe('the vector that is added to the timestep’s', () => {
  it.each([0, 2])('is projected text plus style %d', (style) => {
    expectClose(conditioning.vector(embedding, style), reference(embedding, style).y_embed!, 'vector');
  });

  it('is the learned null where there is no text', () => {
    expectClose(conditioning.vector(null, 1), reference(null, 1).y_embed!, 'vector');
    expect(conditioning.nothing).toEqual(conditioning.vector(null, TEXT.styles - 1));
  });

  it('knows the names, of which the last row is none', () => {
    expect(conditioning.name(4)).toEqual(names.float32('names').slice(4 * TEXT.width));
    expect(conditioning.name(5)).toBeNull();
  });

  it('makes the network on the processor compute what the reference does', { timeout: 60_000 }, async () => {
    const network = await OnnxNetwork.load(config, weights);
    const modulation = await network.condition([0.5], [conditioning.vector(embedding, 1)]);
    const velocity = await network.velocity(latents, modulation, 0, { firstImage: 0, images: 1, kept: 3 });
    expectClose(velocity, reference(embedding, 1).velocity!, 'velocity');
    expect(() => network.label(0)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    await network.dispose();
  });
});

describe('TextConditioning refuses', () => {
  it.each([
    ['names of other subjects', { nameCount: 6 }, TEXT, '“names” has the shape [5, 12]'],
    ['embeddings of another width', { nameCount: 5 }, { ...TEXT, width: 13 }, 'text_proj.weight'],
    ['another number of styles', { nameCount: 5 }, { ...TEXT, styles: 4 }, 'style_table'],
  ])('%s', (_, { nameCount }, input, words) => {
    const make = () => new TextConditioning(config, input, { weights, names, nameCount });
    expect(make).toThrow(
      expect.objectContaining({ code: 'weights-mismatch', message: expect.stringContaining(words) }),
    );
  });

  it('weights of a model with labels', () => {
    const make = () => new TextConditioning(config, TEXT, { weights: names, names, nameCount: 5 });
    expect(make).toThrow(expect.objectContaining({ code: 'weights-mismatch' }));
  });
});
