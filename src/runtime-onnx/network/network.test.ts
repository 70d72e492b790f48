import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReferenceNetwork } from '../../../test/reference/network.ts';
import { expectClose } from '../../../test/support/compare.ts';
import { RECORDED_NETWORKS, readRecorded } from '../../../test/support/recorded.ts';
import { writeSafetensors } from '../../../test/support/safetensors.ts';
import { recordedBudgets } from '../../cli/verify/recorded.ts';
import { Safetensors } from '../../model/safetensors.ts';
import { OnnxNetwork } from './network.ts';

describe.each(RECORDED_NETWORKS)('%s', async (name) => {
  const recorded = await readRecorded(name);
  const { config, weights, golden } = recorded;
  const [x, t, y] = [golden.float32('x'), golden.float32('t'), golden.float32('y')];
  const images = t.length;
  let network: OnnxNetwork;

  beforeAll(async () => {
    network = await OnnxNetwork.load(config, weights);
  }, 60_000); // WASM is compiled on the way
  afterAll(() => network.dispose());

  /** Stage s is asked at t[s]; image i is of class y[i]. */
  const condition = () =>
    network.condition(
      Array.from(t),
      Array.from(y, (label) => network.label(label)),
    );

  /** Each image's time is its own, and a batch shares one: image after image. */
  async function velocities(kept: number): Promise<number[]> {
    const modulation = await condition();
    const size = x.length / images;
    const parts: number[] = [];
    for (let image = 0; image < images; image++) {
      const state = x.subarray(image * size, (image + 1) * size);
      parts.push(...(await network.velocity(state, modulation, image, { firstImage: image, images: 1, kept })));
    }
    return parts;
  }

  it.each(recordedBudgets(recorded))('has the recorded velocity at budget $budget', async ({ budget, prefix }) => {
    const key = `${prefix}velocity`;
    expectClose(await velocities(budget), golden.float32(key), key, { shape: golden.tensor(key).shape });
  });

  it('computes a batch as its images alone', async () => {
    const modulation = await condition();
    const size = x.length / images;
    const together = await network.velocity(x, modulation, 1, { firstImage: 0, images, kept: 1 });
    for (let image = 0; image < images; image++) {
      const part = [image * size, (image + 1) * size] as const;
      const alone = await network.velocity(x.subarray(...part), modulation, 1, {
        firstImage: image,
        images: 1,
        kept: 1,
      });
      expectClose(together.subarray(...part), alone, `image ${image}`, { bounds: { max: 1e-6, l2: 1e-6 } });
    }
  });
});

describe('OnnxNetwork', async () => {
  const { config, weights, golden } = await readRecorded('elit-sit-e');
  let network: OnnxNetwork;

  beforeAll(async () => {
    network = await OnnxNetwork.load(config, weights);
  });
  afterAll(() => network.dispose());

  it.each([3, 11])('agrees with the reference at budget %d, which is not recorded', async (budget) => {
    const size = golden.float32('x').length / 2;
    const [x, t, y] = [golden.float32('x').subarray(0, size), golden.float32('t')[0]!, golden.float32('y')[0]!];
    const modulation = await network.condition([t], [network.label(y)]);
    const velocity = await network.velocity(x, modulation, 0, { firstImage: 0, images: 1, kept: budget });
    const reference = new ReferenceNetwork(config, weights).forward({ x, t: [t], y: [y], budget });
    expectClose(velocity, reference.velocity!, `budget ${budget}`);
  });

  it('keeps the modulation until times or vectors change', async () => {
    const vectors = () => [network.label(7), network.label(1000)];
    const first = await network.condition([1, 0.5], vectors());
    expect(await network.condition([1, 0.5], vectors())).toBe(first);
    expect(await network.condition([1, 0.25], vectors())).not.toBe(first);
    expect(await network.condition([1, 0.25], [network.label(7)])).toMatchObject({ images: 1 });
  });

  it.each([-1, 1001, 0.5])('refuses class %d', (label) => {
    expect(() => network.label(label)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('refuses weights of another width', async () => {
    const loading = OnnxNetwork.load({ ...config, hidden: 64 }, weights);
    await expect(loading).rejects.toMatchObject({ code: 'weights-mismatch' });
  });

  it('refuses the weights of a deeper network', async () => {
    const { latentInterface: parts } = config;
    const latentInterface = parts && { ...parts, coreBlocks: parts.coreBlocks - 1 };
    const loading = OnnxNetwork.load({ ...config, depth: config.depth - 1, latentInterface }, weights);
    await expect(loading).rejects.toMatchObject({
      code: 'weights-mismatch',
      message: expect.stringMatching(/“blocks\.\d+\..*no place for it/),
    });
  });

  it('names a tensor that is missing', async () => {
    const others = Safetensors.parse(writeSafetensors({ other: { shape: [1], values: [0] } }));
    const loading = OnnxNetwork.load(config, others);
    await expect(loading).rejects.toMatchObject({
      code: 'weights-mismatch',
      message: expect.stringContaining('t_embedder.mlp.0.weight'),
    });
  });
});
