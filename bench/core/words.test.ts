import { describe, expect, it } from 'vitest';
import type { BenchReport } from './report.ts';
import { reportText, textTable } from './words.ts';

const REPORT: BenchReport = {
  adapter: 'an adapter',
  tier: 'f32',
  browser: 'a browser',
  model: 'emoji',
  quick: true,
  budgets: [1, 16],
  forwardMs: { 1: 12.34, 16: 56.7 },
  imageMs: { 1: 250, 16: 1200 },
  imageSettings: { steps: 20, guidance: 2.5, stepsDrawn: [1, 3], extrapolated: true },
  ortWebgpuMs: { 1: 24.68, 16: null },
  ortWasmMs: { 1: 6.17, 16: 30 },
  ortWebgpuRatio: { 1: { median: 2, low: 1.9, high: 2.1 }, 16: null },
  ortWasmRatio: { 1: { median: 0.5, low: 0.4, high: 0.6 }, 16: { median: 0.5, low: 0.5, high: 0.6 } },
  flops: { 1: 369e6, 16: 1350e6 },
  flopShare: { 1: 0.28, 16: 1 },
  bytes: { 1: 20e6, 16: 40e6 },
  dispatches: { 1: 74, 16: 74 },
  overheadShare: { 1: 0.02, 16: null },
  parts: {
    1: [
      { part: 'head', dispatches: 5, flops: 100e6, ms: 15 },
      { part: 'core', dispatches: 50, flops: 60e6, ms: 5 },
    ],
    16: null,
  },
  rooflineMs: { 1: 9, 16: 33 },
  scaling: { time: { median: 0.3, low: 0.2, high: 0.4 }, flops: 0.25 },
  peaks: { f32: 27e9, f16: null, bandwidth: 3e9, launchMs: 0.02 },
  kernels: [
    {
      label: 'core qkv',
      kernel: 'matmul F16',
      count: 10,
      ms: 2,
      gflops: 5,
      gbps: 0.5,
      arithmeticShare: 0.2,
      bandwidthShare: 0.1,
    },
  ],
  largeKernels: [],
  decoderKernels: [
    {
      label: 'convolution 3×3, 160 -> [160, 16, 16]',
      kernel: 'conv3x3 direct',
      count: 4,
      ms: 30,
      gflops: 4,
      gbps: 0.04,
      arithmeticShare: 0.15,
      bandwidthShare: 0.01,
    },
  ],
  memoryBytes: 38e6,
  load: { totalMs: 4000, phaseMs: { weights: 1500, compile: 2000 }, phaseBytes: { weights: 42e6 } },
  ort: {
    version: '1.0',
    webgpu: {
      settings: ['float32'],
      forms: { 1: [], 16: [{ form: 'static graph', ms: 9, error: 0.5, excluded: 'its values are wrong' }] },
    },
    wasm: { settings: ['float32'], threads: 2 },
  },
};

describe('reportText', () => {
  const text = reportText(REPORT);

  it('says under which conditions the figures hold', () => {
    expect(text).toContain('Adapter: an adapter; kernels: f32');
    expect(text).toContain('extrapolated from images of 1 and 3 steps');
    expect(text).toContain('image ms, extrapolated');
    expect(text).toContain('27.0 GFLOP/s f32, no f16, 3.00 GB/s, 20.0 µs a launch');
    expect(text).toContain('weights 1500 ms (42.0 MB)');
  });

  it('says where the time of a forward goes, as far as that can be known', () => {
    expect(text).toMatch(/^1 +head +5 +100\.0 +15\.0 +6\.67 +75\.0 %$/m);
    expect(text).toMatch(/^1 +core +50 +60\.0 +5\.00 +12\.00 +25\.0 %$/m);
    expect(text).not.toMatch(/^16 +(head|core)/m);
  });

  it('has the decoder’s kernels where it runs on ours', () => {
    expect(text).toMatch(/^convolution 3×3, 160 -> \[160, 16, 16\] +conv3x3 direct +4 +30\.0 +4\.00 +15\.0 %/m);
    expect(reportText({ ...REPORT, decoderKernels: null })).not.toContain('Kernels of the decoder');
  });

  it('says which precision each side computes with', () => {
    expect(text).toContain('Precision: float32 on both sides');
    expect(reportText({ ...REPORT, tier: 'f16-subgroups' })).toContain(
      'onnxruntime on WebGPU the faster of float32 and float16 throughout',
    );
  });

  it('compares time with FLOPs', () => expect(text).toContain('1.20× what FLOPs alone would'));

  it('has a row a budget, with what could not be measured in words', () => {
    const rows = text.split('\n').filter((line) => /^(1|16) /.test(line));
    expect(rows[0]).toMatch(/^1 +12\.3 +250 +24\.7 +2\.00× \(1\.90–2\.10\) +6\.17 +0\.50×/);
    expect(rows[1]).toMatch(/^16 +56\.7 +1200 +none right +– .*no timestamps/);
  });

  it('names the forms of onnxruntime that do not count, and why', () => {
    expect(text).toMatch(/static graph +9\.00 +5\.0e-1 +its values are wrong/);
  });
});

describe('textTable', () => {
  it('sets cells under their heads', () => {
    const table = textTable({ title: 'T', heads: ['a', 'long head'], rows: [['wide cell', 'x']] });
    expect(table.split('\n')).toEqual(['T', 'a          long head', '---------  ---------', 'wide cell  x']);
  });

  it('tells of a drag where there was a page to drag', () => {
    const budgets = { firstPixels: [15, 14], finished: [10] };
    const drag = { moves: 6, firstPixelsMs: 210, finishedMs: null, drafts: 2, steps: 20, budgets };
    expect(reportText({ ...REPORT, drag })).toContain(
      "Dragging the page's slider (6 moves, 20 steps, no guidance): first updated pixels after 210 ms " +
        '(median of 2, 2 of them drafts), finished image after none (median of 1)',
    );
    expect(reportText(REPORT)).not.toContain('Dragging');
  });

  it('tells of a first visit where there was a page to visit', () => {
    const firstImage = {
      ownKernels: { ms: 2400, runtimeBytes: 0 },
      onnxruntime: { ms: 3600, runtimeBytes: 14.32e6 },
    };
    expect(reportText({ ...REPORT, firstImage })).toContain(
      'A first visit to its first image (one step, budget 1): ' +
        'decoder on our kernels 2400 ms, 0.0 MB of onnxruntime downloaded; ' +
        'decoder on onnxruntime 3600 ms, 14.3 MB of onnxruntime downloaded',
    );
    expect(reportText(REPORT)).not.toContain('first visit');
  });
});
