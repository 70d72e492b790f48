import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeLines, FakeServant, line, picture, received } from '../../test/support/generator-line.ts';
import { ElitError } from '../errors.ts';
import { Generator } from './generator.ts';
import type { Servant } from './host.ts';
import { PROTOCOL, type ToWorker } from './protocol.ts';
import { workerFailed } from './worker-link.ts';
import type { Recovery, RecoveryOptions } from './workers.ts';

afterEach(closeLines);

describe('a generator whose worker or GPU goes', () => {
  const lost = new ElitError('gpu-device-lost', 'Gone.', 'Load again.');
  const fakes = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
  beforeEach(() => void vi.useFakeTimers({ toFake: [...fakes] }));
  afterEach(() => void vi.useRealTimers());

  /** A generator whose every worker is there to look at; `fates` are their loads, successful ones by default. */
  async function mortal(fates: ((servant: Servant) => Promise<Servant>)[] = [], options: RecoveryOptions = {}) {
    const lives: (ReturnType<typeof line> & { servant: FakeServant })[] = [];
    const recoveries: string[] = [];
    const start = () => {
      const servant = new FakeServant();
      const fate = fates.shift() ?? loads;
      const life = { ...line(() => fate(servant)), servant };
      lives.push(life);
      return life.port;
    };
    const onRecovery = ({ state, error }: Recovery) => recoveries.push(`${state} ${error.code}`);
    const load = Generator.connect(start, 'x', { onRecovery, ...options });
    load.catch(() => undefined); // the tests await it themselves, some later than it rejects
    /** The life number `index`, once there is one; lets the back-off pass. */
    const life = async (index: number) => {
      await sooner(() => expect(lives.length).toBeGreaterThan(index));
      return lives[index]!;
    };
    return { load, lives, life, recoveries };
  }

  const loads = async (servant: Servant) => servant;

  /** Waits for what `check` expects while the pauses go by faster than the clock. */
  async function sooner(check: () => void): Promise<void> {
    for (let i = 0; ; i++) {
      try {
        return check();
      } catch (error) {
        if (i === 500) throw error;
        await vi.advanceTimersByTimeAsync(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  for (const [fault, kill] of [
    ['a crash', (life) => life.crash('out of memory')],
    ['a lost GPU', ({ servant }) => servant.lose(lost)],
    ['a request that finds the GPU lost', ({ servant }) => servant.answers[0]?.reject(lost)],
    ['a crash of the decoder’s worker', ({ servant }) => servant.answers[0]?.reject(workerFailed('decoder'))],
  ] as [string, (life: ReturnType<typeof line> & { servant: FakeServant }) => void][]) {
    it(`repeats the request with another worker after ${fault}`, async () => {
      const { load, life, lives, recoveries } = await mortal();
      const generator = await load;
      const image = generator.generate({ budget: 3 });
      const first = await life(0);
      await received(first.servant);
      kill(first);
      const second = await life(1);
      await received(second.servant);
      expect(first.terminate).toHaveBeenCalled();
      expect(second.servant.requests[0]).toMatchObject({ budget: 3 });
      second.servant.answers[0]?.resolve(picture(3));
      await expect(image).resolves.toMatchObject({ settings: { budget: 3 } });
      const code = fault.startsWith('a crash') ? 'worker-failed' : 'gpu-device-lost';
      expect(recoveries).toEqual([`begun ${code}`, `done ${code}`]);
      expect(lives).toHaveLength(2);
    });
  }

  it('replaces a worker that no longer answers, and leaves one alone that only takes long', async () => {
    const { load, life, lives } = await mortal([], { patience: 500 });
    const generator = await load;
    const first = await life(0);
    const image = generator.generate();
    await received(first.servant);
    for (let i = 0; i < 40; i++) {
      await vi.advanceTimersByTimeAsync(50);
      await new Promise((resolve) => setImmediate(resolve)); // the pong arrives
    }
    expect(lives).toHaveLength(1);
    first.hang();
    const second = await life(1);
    await received(second.servant);
    second.servant.answers[0]?.resolve(picture(1));
    await expect(image).resolves.toMatchObject({ width: 1 });
  });

  it('serves requests that came while a worker was replaced, but for cancelled ones', async () => {
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { load, life } = await mortal([loads, (servant) => gate.then(() => servant)]);
    const generator = await load;
    (await life(0)).servant.lose(lost);
    const { servant } = await life(1);
    const cancel = new AbortController();
    const cancelled = generator.generate({ seed: 1, signal: cancel.signal });
    cancel.abort();
    const image = generator.generate({ seed: 2 });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    finish();
    await received(servant);
    expect(servant.requests[0]).toMatchObject({ seed: 2 });
    servant.answers[0]?.resolve(picture(1));
    await expect(image).resolves.toMatchObject({ width: 1 });
  });

  it('repeats a request only once, then reports the fault and is at its end', async () => {
    const { load, life, lives, recoveries } = await mortal();
    const generator = await load;
    const image = generator.generate();
    for (const index of [0, 1]) {
      const { servant, crash } = await life(index);
      await received(servant);
      crash('again');
    }
    await expect(image).rejects.toMatchObject({ code: 'worker-failed', message: expect.stringContaining('again') });
    await expect(generator.generate()).rejects.toMatchObject({ code: 'worker-failed' });
    expect(recoveries).toEqual(['begun worker-failed', 'done worker-failed', 'failed worker-failed']);
    expect(lives).toHaveLength(2);
    expect(lives[1]?.terminate).toHaveBeenCalled();
  });

  it('gives up when three workers in a row have drawn nothing, after ever longer pauses', async () => {
    const { load, life, lives, recoveries } = await mortal([], { backend: 'webgpu' });
    const generator = await load;
    for (const index of [0, 1, 2, 3]) {
      const { servant } = await life(index);
      await sooner(() => expect(recoveries).toHaveLength(2 * index));
      servant.lose(lost);
    }
    await sooner(() => expect(recoveries.at(-1)).toBe('failed gpu-device-lost'));
    expect(lives).toHaveLength(4);
    await expect(generator.generate()).rejects.toMatchObject({ code: 'gpu-device-lost' });
  });

  it('tries again when the GPU is lost during the load', async () => {
    const { load, recoveries } = await mortal([() => Promise.reject(lost)]);
    await vi.waitFor(() => expect(recoveries).toHaveLength(2));
    await expect(load).resolves.toBeInstanceOf(Generator);
  });

  it('says that there is no adapter when none comes back and the GPU was asked for', async () => {
    const none = () => Promise.reject(new ElitError('webgpu-no-adapter', 'None.', 'Restart.'));
    const { load, life, lives, recoveries } = await mortal([loads, none, none, none], { backend: 'webgpu' });
    const generator = await load;
    const image = generator.generate();
    const { servant } = await life(0);
    await received(servant);
    servant.lose(lost);
    const outcome = expect(image).rejects.toMatchObject({ code: 'webgpu-no-adapter' });
    await sooner(() => expect(recoveries).toHaveLength(2));
    await outcome;
    expect(lives).toHaveLength(4);
    expect(recoveries).toEqual(['begun gpu-device-lost', 'failed webgpu-no-adapter']);
  });

  it('does not start again what will not pass, when the GPU was asked for', async () => {
    const { load, life, lives, recoveries } = await mortal([], { backend: 'webgpu' });
    const generator = await load;
    (await life(0)).servant.lose(new ElitError('gpu-out-of-memory', 'Full.', 'Close others.'));
    await vi.waitFor(() => expect(recoveries).toEqual(['failed gpu-out-of-memory']));
    await expect(generator.generate()).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
    expect(lives).toHaveLength(1);
  });

  describe('and may draw with something else', () => {
    const none = () => Promise.reject(new ElitError('webgpu-no-adapter', 'None.', 'Restart.'));
    const onWasm = (servant: Servant) =>
      Promise.resolve(Object.assign(servant, { info: { ...servant.info, backend: 'wasm' } }));
    const choice = (life: ReturnType<typeof line>) => life.sent.find((message) => message.type === 'load')?.choice;

    it('leaves the choice to the first worker, and starts without the GPU where there is none: nothing to mend', async () => {
      const { load, life, lives, recoveries } = await mortal([none, onWasm]);
      await life(1);
      await expect(load).resolves.toMatchObject({ info: { backend: 'wasm' } });
      expect(lives.map(choice)).toEqual([
        null,
        { backend: 'wasm', reason: expect.stringContaining('no graphics card') },
      ]);
      expect(recoveries).toEqual([]);
    });

    it('finishes the image without the GPU when no adapter comes back, and tells what draws now', async () => {
      const { load, life, lives, recoveries } = await mortal([loads, none, none, none, onWasm]);
      const generator = await load;
      expect(generator.info.backend).toBe('webgpu');
      const image = generator.generate({ budget: 3 });
      const { servant } = await life(0);
      await received(servant);
      servant.lose(lost);
      const last = await life(4);
      await received(last.servant);
      last.servant.answers[0]?.resolve(picture(3));
      await expect(image).resolves.toMatchObject({ settings: { budget: 3 } });
      expect(generator.info.backend).toBe('wasm');
      expect(lives.map(choice).map((made) => made?.backend)).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        'wasm',
      ]);
      expect(recoveries).toEqual(['begun gpu-device-lost', 'done gpu-device-lost']);
    });

    for (const code of ['gpu-out-of-memory', 'gpu-validation'] as const) {
      it(`finishes an image without the GPU that ended with ${code}`, async () => {
        const { load, life, recoveries } = await mortal([loads, onWasm]);
        const generator = await load;
        const image = generator.generate();
        const first = await life(0);
        await received(first.servant);
        first.servant.answers[0]?.reject(new ElitError(code, 'No.', 'Less.'));
        const second = await life(1);
        await received(second.servant);
        expect(first.terminate).toHaveBeenCalled();
        expect(choice(second)?.backend).toBe('wasm');
        second.servant.answers[0]?.resolve(picture(1));
        await expect(image).resolves.toMatchObject({ width: 1 });
        expect(recoveries).toEqual([`begun ${code}`, `done ${code}`]);
      });
    }

    it('gives a request that lost two GPUs to the processor, and to nobody after that', async () => {
      const { load, life, lives, recoveries } = await mortal([loads, loads, onWasm]);
      const generator = await load;
      const image = generator.generate();
      for (const index of [0, 1]) {
        const { servant } = await life(index);
        await received(servant);
        servant.lose(lost);
      }
      const third = await life(2);
      await received(third.servant);
      expect(choice(third)?.backend).toBe('wasm');
      third.crash('out of memory');
      await expect(image).rejects.toMatchObject({ code: 'worker-failed' });
      expect(lives).toHaveLength(3);
      expect(recoveries.at(-1)).toBe('failed worker-failed');
    });
  });

  it('reports a worker whose script never loads', async () => {
    const { load, life } = await mortal(Array(4).fill(() => new Promise(() => undefined)));
    for (const index of [0, 1, 2, 3]) (await life(index)).crash('404');
    await expect(load).rejects.toMatchObject({ code: 'worker-failed', message: expect.stringContaining('404') });
  });

  it('starts nothing more after dispose', async () => {
    const { load, life, lives, recoveries } = await mortal();
    const generator = await load;
    const image = generator.generate();
    (await life(0)).crash('gone');
    generator.dispose();
    await expect(image).rejects.toMatchObject({ code: 'disposed' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lives).toHaveLength(1);
    expect(recoveries).not.toContain('done worker-failed');
  });

  it('refuses a worker that speaks another version', async () => {
    const start = () => {
      const { port } = line(async () => new FakeServant());
      return { ...port, postMessage: (message: ToWorker) => port.postMessage(aged(message)) };
    };
    const refused = vi.fn();
    Generator.connect(start, 'x').catch(refused);
    await sooner(() => expect(refused).toHaveBeenCalled());
    expect(refused.mock.calls[0]?.[0]).toMatchObject({ hint: expect.stringContaining('Reload') });
  });
});

function aged(message: ToWorker): ToWorker {
  return message.type === 'load' ? { ...message, protocol: PROTOCOL - 1 } : message;
}
