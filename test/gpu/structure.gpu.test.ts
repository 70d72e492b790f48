import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gpu } from '../../src/gpu/gpu.ts';
import { type Dispatch, Program } from '../../src/gpu/program.ts';
import { Network } from '../../src/model/network.ts';
import type { Guidance } from '../../src/sampling/guidance.ts';
import { Sampler } from '../../src/sampling/sampler.ts';
import { SOLVERS, solve } from '../../src/sampling/solvers.ts';
import { guarded, sharedGpu } from '../support/gpu.ts';
import { type RecordedNetwork, readRecorded } from '../support/recorded.ts';

/** How a forward and a run are put together: what no number would show. */

const NONE: Guidance = { kind: 'none', scale: 1, budget: 1, interval: [0, 1] };
const CHEAP: Guidance = { kind: 'ccfg', scale: 2, budget: 1, interval: [0.3, 1] };

let gpu: Gpu;
let elit: RecordedNetwork;

beforeAll(async () => {
  gpu = await sharedGpu();
  elit = await readRecorded('elit-sit-a');
});

function spec(budget: number, guidance: Guidance) {
  return { noise: elit.golden.float32('sample.noise'), label: 42, nullLabel: 1000, budget, guidance };
}

describe('a forward', () => {
  it('at every budget, guided and not, is few launches, none writing what it reads', async () => {
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, elit.config, elit.weights);
      const first = (await network.velocity([{ firstImage: 0, images: 1, kept: 1 }])).program.dispatches;
      const { core: alonesCore = 0, ...alonesOthers } = count(first.map((dispatch) => dispatch.part));
      for (let kept = 1; kept <= 16; kept++) {
        const alone = { firstImage: 0, images: 1, kept };
        const batches = [[alone], [{ ...alone, images: 2 }], [alone, { firstImage: 1, images: 1, kept: 1 }]];
        for (const cores of batches) {
          const { dispatches } = (await network.velocity(cores)).program;
          expectSeparateBuffers(dispatches);
          const parts = count(dispatches.map((dispatch) => dispatch.part));
          expect(parts.read! + parts.write!).toBeLessThanOrEqual(12);
          expect(parts.head).toBeLessThanOrEqual(6 * 2); // two head blocks
          expect(parts.core).toBeLessThanOrEqual(6 * 3 * cores.length);
          expect(parts.tail).toBeLessThanOrEqual(6);
          // Only the cores differ: everything else is launched once, however many there are.
          const { core, ...shared } = parts;
          expect(core).toBe(alonesCore * cores.length);
          expect(shared).toEqual(alonesOthers);
        }
      }
      await network.dispose();
    });
  });

  it('of a plain SiT is blocks alone', async () => {
    const sit = await readRecorded('sit-a');
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, sit.config, sit.weights);
      const { dispatches } = (await network.velocity([{ firstImage: 0, images: 2, kept: 1 }])).program;
      expect(count(dispatches.map((dispatch) => dispatch.part))).toEqual({ embed: 1, blocks: 5 * 4, final: 1 });
      expectSeparateBuffers(dispatches);
      await network.dispose();
    });
  });
});

describe('a run', () => {
  it('is one pass a stage and one more at the first, and allocates, compiles and waits for nothing on the way', async () => {
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, elit.config, elit.weights);
      const sampler = new Sampler(gpu, network);
      const run = await sampler.begin({ ...spec(4, CHEAP), stages: solve('heun', 3) });
      await run.preview(); // makes the buffer to read back through
      const before = gpu.ledger.count();
      const passes = vi.spyOn(GPUCommandEncoder.prototype, 'beginComputePass');
      const submissions = vi.spyOn(gpu.device.queue, 'submit');
      const readbacks = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
      const compilations = vi.spyOn(gpu.device, 'createComputePipelineAsync');
      const allocations = [vi.spyOn(gpu.device, 'createBuffer'), vi.spyOn(gpu.device, 'createBindGroup')];
      for (const stage of run.stages.keys()) run.submit(stage);
      expect(passes).toHaveBeenCalledTimes(1 + run.stages.length);
      expect(submissions).toHaveBeenCalledTimes(run.stages.length);
      expect(readbacks).not.toHaveBeenCalled();
      expect(compilations).not.toHaveBeenCalled();
      for (const allocation of allocations) expect(allocation).not.toHaveBeenCalled();
      vi.restoreAllMocks();
      await run.preview();
      expect(gpu.ledger.count()).toEqual(before);
      run.dispose();
      await sampler.dispose();
      await network.dispose();
    });
  });

  it('can be timed: its conditioning once, and every kind of forward as often as it runs', async () => {
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, elit.config, elit.weights);
      const sampler = new Sampler(gpu, network);
      const run = await sampler.begin({ ...spec(4, CHEAP), stages: solve('euler', 10) });
      const [conditioning, guided, plain] = run.timed;
      expect(run.timed).toHaveLength(3);
      expect(conditioning).toMatchObject({
        times: 1,
        dispatches: expect.arrayContaining([expect.objectContaining({ part: 'conditioning' })]),
      });
      expect([guided?.times, plain?.times]).toEqual([8, 2]); // t = 1 … 0.3, and 0.2 and 0.1
      for (const program of run.timed) {
        const timed = await program.time(2);
        if (timed === null) expect(gpu.device.features.has('timestamp-query')).toBe(false);
        else expect(timed.launchMs).toHaveLength(program.dispatches.length);
      }
      run.dispose();
      await sampler.dispose();
      await network.dispose();
    });
  });

  it.each(SOLVERS)('by %s has no launch at all that writes what it reads', async (solver) => {
    await guarded(gpu, async () => {
      const build = vi.spyOn(Program, 'build');
      const network = await Network.load(gpu, elit.config, elit.weights);
      const sampler = new Sampler(gpu, network);
      const run = await sampler.begin({ ...spec(4, CHEAP), stages: solve(solver, 6) });
      const programs = build.mock.calls.map(([, label]) => label.split(' ')[0]);
      expect(new Set(programs)).toEqual(new Set(['read', 'conditioning', 'forward', 'patchify', 'update']));
      for (const [, , dispatches] of build.mock.calls) expectSeparateBuffers(dispatches);
      build.mockRestore();
      run.dispose();
      await sampler.dispose();
      await network.dispose();
    });
  });

  it('at another budget does not compute the conditioning again', async () => {
    await guarded(gpu, async () => {
      const network = await Network.load(gpu, elit.config, elit.weights);
      const sampler = new Sampler(gpu, network);
      const begin = async (budget: number, label: number) => {
        const submissions = vi.spyOn(gpu.device.queue, 'submit');
        (await sampler.begin({ ...spec(budget, NONE), label, stages: solve('euler', 3) })).dispose();
        const { length } = submissions.mock.calls;
        submissions.mockRestore();
        return length;
      };
      expect(await begin(16, 42)).toBe(1);
      expect(await begin(3, 42)).toBe(0);
      expect(await begin(3, 43)).toBe(1);
      await sampler.dispose();
      await network.dispose();
    });
  });
});

/** WebGPU refuses a buffer that one launch binds twice unless it only reads it. */
function expectSeparateBuffers(dispatches: readonly Dispatch[]): void {
  for (const { label, kernel, buffers } of dispatches) {
    const written = buffers.filter((_, i) => kernel.bindings[i] === 'write');
    const shared = written.filter((buffer) => buffers.indexOf(buffer) !== buffers.lastIndexOf(buffer));
    expect(shared, label).toEqual([]);
    expect(written.length, label).toBeGreaterThan(0);
  }
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
