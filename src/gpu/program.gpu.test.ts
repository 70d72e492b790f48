import { describe, expect, it, vi } from 'vitest';
import { gpuErrors, onGpu } from '../../test/support/gpu.ts';
import type { Gpu } from './gpu.ts';
import type { Kernel } from './pipelines.ts';
import { type Dispatch, NO_STAGE, Program, runOnce, StageTable } from './program.ts';

/** out[i] = x[i] · factor + offset + t: one of each thing that a launch can depend on. */
const CODE = `
struct Stage { row: u32, t: f32 }
struct Params { offset: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;
@group(1) @binding(0) var<uniform> stage: Stage;
override FACTOR: f32 = 1;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = x[id.x] * FACTOR + f32(p.offset) + stage.t; }
`;

const kernel = (factor: number): Kernel => ({
  name: `scale by ${factor}`,
  code: CODE,
  bindings: ['read', 'write'],
  constants: { FACTOR: factor },
});

function scale(buffers: GPUBuffer[], factor: number, offset: number): Dispatch {
  const params = Uint32Array.of(offset);
  const label = `·${factor} + ${offset}`;
  return { kernel: kernel(factor), label, part: 'test', buffers, params, workgroups: [1, 1, 1], flops: 8, bytes: 16 };
}

/** Encodes launches of a program at a stage into one pass. */
function replay(gpu: Gpu, program: Program, table: StageTable, stage: number, ...span: number[]): void {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  table.select(pass, stage);
  program.encode(pass, ...span);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}

describe('Program', () => {
  it('runs its launches in order, each with its own parameters and constants', () =>
    onGpu(async (bench) => {
      const [x, y, z] = [bench.floats([1, 2, 3, 4]), bench.room(4), bench.room(4)];
      await runOnce(bench.gpu, 'chain', [scale([x, y], 2, 1), scale([y, z], 10, 7)]);
      expect([...(await bench.result(y, 4))]).toEqual([3, 5, 7, 9]);
      expect([...(await bench.result(z, 4))]).toEqual([37, 57, 77, 97]);
    }));

  it('is replayed at any stage, whole or in part, without making anything', () =>
    onGpu(async (bench) => {
      const { gpu } = bench;
      const [x, y, z] = [bench.floats([1, 2, 3, 4]), bench.room(4), bench.room(4)];
      const program = await Program.build(gpu, 'chain', [scale([x, y], 2, 0), scale([y, z], 1, 0)]);
      const table = new StageTable(gpu, [NO_STAGE, { ...NO_STAGE, t: 100 }, { ...NO_STAGE, t: 1000 }]);
      const spies = (['createBuffer', 'createBindGroup', 'createComputePipelineAsync'] as const).map((name) =>
        vi.spyOn(gpu.device, name),
      );
      replay(gpu, program, table, 2);
      replay(gpu, program, table, 1, 0, 1);
      for (const spy of spies) {
        expect(spy).not.toHaveBeenCalled();
        spy.mockRestore();
      }
      expect([...(await bench.result(y, 4))]).toEqual([102, 104, 106, 108]);
      expect([...(await bench.result(z, 4))]).toEqual([2002, 2004, 2006, 2008]);
      table.dispose();
      program.dispose();
    }));

  it('refuses parameters that are longer than their slot', () =>
    onGpu(async (bench) => {
      const dispatch = { ...scale([bench.floats([1]), bench.room(1)], 2, 0), params: new Uint32Array(65) };
      await expect(Program.build(bench.gpu, 'long', [dispatch])).rejects.toThrow('parameters of ·2 + 0 are too long');
    }));
});

describe('PipelineCache', () => {
  it('compiles a variant once, even when it is asked for twice at a time', () =>
    onGpu(async ({ gpu }) => {
      const compile = vi.spyOn(gpu.device, 'createComputePipelineAsync');
      const shaders = vi.spyOn(gpu.device, 'createShaderModule');
      const before = gpu.ledger.count('pipeline').objects;
      const [first, same, other] = await Promise.all(
        [31, 31, 37].map((factor) => gpu.pipelines.compile(kernel(factor))),
      );
      expect(await gpu.pipelines.compile(kernel(31))).toBe(first);
      expect(same).toBe(first);
      expect(other).not.toBe(first);
      expect(compile).toHaveBeenCalledTimes(2);
      expect(shaders.mock.calls.length).toBeLessThanOrEqual(1);
      expect(gpu.ledger.count('pipeline').objects).toBe(before + 2);
      compile.mockRestore();
      shaders.mockRestore();
    }));

  it('gives the compiler’s words when a kernel does not compile', () =>
    onGpu(async ({ gpu }) => {
      const broken = {
        ...kernel(1),
        name: 'broken',
        code: CODE.replace('f32(p.offset)', 'no_such_function(p.offset)'),
      };
      const message = expect.stringMatching(/“broken” did not compile: .*no_such_function/);
      const errors = await gpuErrors(gpu, () =>
        expect(gpu.pipelines.compile(broken)).rejects.toMatchObject({ code: 'gpu-shader', message }),
      );
      expect(errors).toEqual([]); // none that ends the device
    }));
});
