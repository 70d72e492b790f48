import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeLines, FakeServant, info, line, picture, received } from '../../test/support/generator-line.ts';
import { ElitError } from '../errors.ts';
import { log } from '../log.ts';
import { Generator } from './generator.ts';
import type { StepPreview } from './types.ts';

const NO_PARTS = { conditioning: 0, head: 0, read: 0, core: 0, write: 0, tail: 0, decode: 0 };
const preview: StepPreview = {
  step: 1,
  steps: 2,
  pixels: { width: 1, height: 1, data: Uint8ClampedArray.of(9, 8, 7, 255) },
};

async function loaded() {
  const servant = new FakeServant();
  const ends = line(async () => servant);
  const generator = await Generator.connect(() => ends.port, 'models/tiny/');
  return { servant, generator, ...ends };
}

afterEach(closeLines);

describe('kernels', () => {
  it('are those of the worker, as they are put into use, and can be forgotten', async () => {
    const { generator, servant } = await loaded();
    await vi.waitFor(() => expect(generator.kernels).toEqual({ 'a product': 'direct 4×4' }));
    servant.onKernels({ 'a product': 'quad 16×16' });
    await vi.waitFor(() => expect(generator.kernels).toEqual({ 'a product': 'quad 16×16' }));
    generator.resetTuning();
    await vi.waitFor(() => expect(servant.resetTuning).toHaveBeenCalledOnce());
    generator.dispose();
    generator.resetTuning();
  });
});

describe('the limits of the device', () => {
  const limits = { device: { flops: 1e9, bandwidth: 1e9, launchMs: 0.01 }, forwardMs: [1, 2] };

  it('are measured on request, and null where that fails', async () => {
    const warn = vi.spyOn(log, 'warn').mockReturnValue();
    const servant = new FakeServant();
    const { port } = line(async () => servant);
    const onLimits = vi.fn();
    const generator = await Generator.connect(() => port, 'models/tiny/', { onLimits });
    expect(servant.measureLimits).not.toHaveBeenCalled();
    servant.measureLimits.mockResolvedValueOnce(limits);
    generator.measureLimits();
    await vi.waitFor(() => expect(onLimits).toHaveBeenCalledExactlyOnceWith(limits));
    servant.measureLimits.mockRejectedValueOnce(new Error('no memory'));
    generator.measureLimits();
    await vi.waitFor(() => expect(onLimits).toHaveBeenLastCalledWith(null));
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    generator.dispose();
    generator.measureLimits();
  });
});

describe('the parts of a picture', () => {
  const parts = { settings: picture(1).settings, ms: { ...NO_PARTS, core: 3 } };

  it('are told when they were measured, or cannot be; not when an image came first', async () => {
    const servant = new FakeServant();
    const { port } = line(async () => servant);
    const [onParts, warn] = [vi.fn(), vi.spyOn(log, 'warn').mockReturnValue()];
    const generator = await Generator.connect(() => port, 'models/tiny/', { onParts });
    servant.measureParts.mockRejectedValueOnce(new ElitError('superseded', 'An image.', ''));
    servant.measureParts.mockResolvedValueOnce(parts);
    generator.measureParts();
    generator.measureParts();
    await vi.waitFor(() => expect(onParts).toHaveBeenCalledExactlyOnceWith(parts));
    expect(warn).not.toHaveBeenCalled();
    servant.measureParts.mockRejectedValueOnce(new Error('no memory'));
    generator.measureParts();
    await vi.waitFor(() => expect(onParts).toHaveBeenLastCalledWith(null));
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    generator.dispose();
    generator.measureParts();
  });
});

it('limits that a lost worker owed are measured by the next, once', async () => {
  const [first, second] = [new FakeServant(), new FakeServant()];
  first.measureLimits.mockReturnValue(new Promise(() => undefined));
  const lines = [line(async () => first), line(async () => second)];
  const ports = lines.map(({ port }) => port);
  const onLimits = vi.fn();
  const generator = await Generator.connect(() => ports.shift()!, 'models/tiny/', { onLimits });
  generator.measureLimits();
  generator.measureLimits();
  await vi.waitFor(() => expect(first.measureLimits).toHaveBeenCalledOnce());
  lines[0]!.crash('out of memory');
  await vi.waitFor(() => expect(onLimits).toHaveBeenCalledExactlyOnceWith(null));
  expect(first.measureLimits).toHaveBeenCalledOnce();
  expect(second.measureLimits).toHaveBeenCalledOnce();
  generator.dispose();
});

describe('Generator.connect', () => {
  it('loads through the worker, with progress', async () => {
    const servant = new FakeServant();
    const { port } = line(async (address, onProgress) => {
      expect(address).toBe('models/tiny/');
      onProgress({ phase: 'weights', done: 3, total: 4 });
      return servant;
    });
    const onProgress = vi.fn();
    const generator = await Generator.connect(() => port, 'models/tiny/', { onProgress });
    expect(generator.info).toEqual(info);
    expect(onProgress).toHaveBeenCalledExactlyOnceWith({ phase: 'weights', done: 3, total: 4 });
  });

  it('rejects with the typed error of a failed load, and ends the worker', async () => {
    const { port, terminate } = line(() => Promise.reject(new ElitError('webgpu-missing', 'None here.', 'Update.')));
    const load = Generator.connect(() => port, 'x');
    await expect(load).rejects.toBeInstanceOf(ElitError);
    await expect(load).rejects.toMatchObject({ code: 'webgpu-missing', message: 'None here.', hint: 'Update.' });
    expect(terminate).toHaveBeenCalled();
  });

  it('rejects with the reason of its signal, and ends the worker', async () => {
    const cancel = new AbortController();
    const { port, terminate } = line(() => new Promise(() => undefined));
    const load = Generator.connect(() => port, 'x', { signal: cancel.signal });
    cancel.abort();
    await expect(load).rejects.toMatchObject({ name: 'AbortError' });
    expect(terminate).toHaveBeenCalled();
  });
});

describe('Generator.load', () => {
  it('refuses a backend that does not exist', async () => {
    const options = JSON.parse('{"backend":"cuda"}');
    await expect(Generator.load('x', options)).rejects.toMatchObject({ code: 'request-invalid' });
  });
});

describe('Generator.generate', () => {
  it('sends the request and brings the image back, pixels and all', async () => {
    const { generator, servant, sent } = await loaded();
    const noise = Float32Array.of(1, 2, 3);
    const image = generator.generate({ subject: 'cat face', budget: 2, noise });
    await received(servant);
    expect(servant.requests[0]).toEqual({ subject: 'cat face', budget: 2, noise, signal: expect.any(AbortSignal) });
    expect(sent.at(-1)).toMatchObject({ type: 'generate', previews: false });
    const drawn = picture(2);
    servant.answers[0]?.resolve(drawn);
    const got = await image;
    expect(got).toEqual({ ...picture(2), timing: { total: expect.any(Number), sampling: 2, decoding: 1 } });
    expect(got.timing.total).toBeLessThan(1e5); // measured on this side, from call to pixels
    expect(drawn.data.byteLength).toBe(0); // handed over, not copied
  });

  it('tells how far the text encoder is, to whoever has a prompt', async () => {
    const { generator, servant } = await loaded();
    const onEncoder = vi.fn();
    const image = generator.generate({ prompt: 'a dragon', onEncoder });
    await received(servant);
    servant.requests[0]?.onEncoder?.({ done: 1, total: 2 });
    await vi.waitFor(() => expect(onEncoder).toHaveBeenCalledExactlyOnceWith({ done: 1, total: 2 }));
    servant.answers[0]?.resolve(picture(2));
    await image;
  });

  it('passes previews on, only when they are wanted', async () => {
    const { generator, servant } = await loaded();
    const onStep = vi.fn();
    const image = generator.generate({ onStep });
    await received(servant);
    servant.requests[0]?.onStep?.(structuredClone(preview));
    servant.answers[0]?.resolve(picture(1));
    await image;
    expect(onStep).toHaveBeenCalledExactlyOnceWith(preview);
  });

  it('rejects with the servant’s typed error', async () => {
    const { generator, servant } = await loaded();
    const [first, second] = [generator.generate({ seed: 1 }), generator.generate({ seed: 2 })];
    await received(servant, 2);
    servant.answers[0]?.reject(new ElitError('superseded', 'A newer one came.', 'Nothing.'));
    servant.answers[1]?.resolve(picture(1));
    await expect(first).rejects.toMatchObject({ name: 'ElitError', code: 'superseded', hint: 'Nothing.' });
    await expect(second).resolves.toMatchObject({ width: 1 });
  });

  it('rejects at once with the reason of its signal and cancels in the worker', async () => {
    const { generator, servant } = await loaded();
    const cancel = new AbortController();
    const image = generator.generate({ signal: cancel.signal });
    await received(servant);
    cancel.abort(new Error('changed my mind'));
    await expect(image).rejects.toThrow('changed my mind');
    await vi.waitFor(() => expect(servant.requests[0]?.signal?.aborted).toBe(true));
    await expect(generator.generate({ signal: cancel.signal })).rejects.toThrow('changed my mind');
    expect(servant.requests).toHaveLength(1);
  });

  it('rejects with “disposed” after dispose', async () => {
    const { generator, servant, terminate } = await loaded();
    const image = generator.generate();
    await received(servant);
    generator.dispose();
    await expect(image).rejects.toMatchObject({ code: 'disposed' });
    await expect(generator.generate()).rejects.toMatchObject({ code: 'disposed' });
    expect(terminate).toHaveBeenCalledOnce();
  });
});
