import type { DragFigures } from './drag.ts';
import type { BenchReport, FirstImage, KernelFigures } from './report.ts';
import type { Spread } from './statistics.ts';

/** A table as texts, its first row the heads: for the page and for the command line. */
export interface TextTable {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const ms = (value: number | null): string => {
  if (value === null) return 'none right';
  return value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0);
};
export const share = (value: number | null): string =>
  value === null ? 'no timestamps' : `${(100 * value).toFixed(1)} %`;
export const times = (value: Spread | null): string =>
  value === null ? '–' : `${value.median.toFixed(2)}× (${value.low.toFixed(2)}–${value.high.toFixed(2)})`;
const mega = (value: number): string => (value / 1e6).toFixed(1);

/** What was measured at each budget, a row each. */
export function budgetTable(report: BenchReport): TextTable {
  const image = report.imageSettings.extrapolated ? 'image ms, extrapolated' : 'image ms';
  return {
    title: 'By budget',
    heads: [
      'budget', 'forward ms', image, 'ORT WebGPU ms', 'ORT/ours', 'ORT WASM ms', 'WASM/ours',
      'MFLOP', '% FLOPs', 'MB', 'launches', 'overhead', 'roofline ms',
    ], // biome-ignore format: a table's heads
    rows: report.budgets.map((budget) => [
      String(budget),
      ms(report.forwardMs[budget]!),
      ms(report.imageMs[budget]!),
      ms(report.ortWebgpuMs[budget]!),
      times(report.ortWebgpuRatio[budget]!),
      ms(report.ortWasmMs[budget]!),
      times(report.ortWasmRatio[budget]!),
      mega(report.flops[budget]!),
      share(report.flopShare[budget]!),
      mega(report.bytes[budget]!),
      String(report.dispatches[budget]!),
      share(report.overheadShare[budget]!),
      ms(report.rooflineMs[budget]!),
    ]),
  };
}

export function kernelTable(title: string, kernels: readonly KernelFigures[]): TextTable {
  return {
    title,
    heads: ['launch', 'kernel', 'count', 'ms', 'GFLOP/s', '% of peak', 'GB/s', '% of peak'],
    rows: kernels.map((kernel) => [
      kernel.label,
      kernel.kernel,
      String(kernel.count),
      ms(kernel.ms),
      kernel.gflops.toFixed(2),
      share(kernel.arithmeticShare),
      kernel.gbps.toFixed(2),
      share(kernel.bandwidthShare),
    ]),
  };
}

/** Where the time of a forward goes, at the smallest and at the largest budget. */
export function partTable({ budgets, parts }: BenchReport): TextTable {
  const ends = [...new Set([budgets[0]!, budgets.at(-1)!])];
  return {
    title: 'Parts of a forward',
    heads: ['budget', 'part', 'launches', 'MFLOP', 'ms', 'GFLOP/s', 'of the time'],
    rows: ends.flatMap((budget) => {
      const all = parts[budget] ?? [];
      const total = all.reduce((sum, part) => sum + part.ms, 0);
      return all.map((part) => [
        String(budget),
        part.part,
        String(part.dispatches),
        mega(part.flops),
        ms(part.ms),
        (part.flops / part.ms / 1e6).toFixed(2),
        share(part.ms / total),
      ]);
    }),
  };
}

/** Every form of onnxruntime's that was tried. */
export function formTable({ budgets, ort }: BenchReport): TextTable {
  return {
    title: `onnxruntime-web ${ort.version} on WebGPU: the forms tried`,
    heads: ['budget', 'form', 'ms', 'error', 'excluded'],
    rows: budgets.flatMap((budget) =>
      ort.webgpu.forms[budget]!.map(({ form, ms: time, error, excluded }) => [
        String(budget),
        form,
        time === null ? '–' : ms(time),
        error === null ? '–' : error.toExponential(1),
        excluded ?? '',
      ]),
    ),
  };
}

/** What concerns the run as a whole, a line each. */
export function summaryLines(report: BenchReport): string[] {
  const { peaks, scaling, load, imageSettings, ort } = report;
  const [low, high] = [report.budgets[0], report.budgets.at(-1)];
  const followed = scaling.time.median / scaling.flops;
  const phases = Object.entries(load.phaseMs).map(([phase, time]) => {
    const bytes = load.phaseBytes[phase as keyof typeof load.phaseBytes];
    return `${phase} ${ms(time)} ms${bytes ? ` (${mega(bytes)} MB)` : ''}`;
  });
  return [
    `Adapter: ${report.adapter}; kernels: ${report.tier}; browser: ${report.browser}`,
    `Model: ${report.model}; images of ${imageSettings.steps} steps, guidance ${imageSettings.guidance}` +
      (imageSettings.extrapolated
        ? `, extrapolated from images of ${imageSettings.stepsDrawn.join(' and ')} steps`
        : ''),
    `Peaks: ${(peaks.f32 / 1e9).toFixed(1)} GFLOP/s f32, ` +
      `${peaks.f16 === null ? 'no f16' : `${(peaks.f16 / 1e9).toFixed(1)} GFLOP/s f16`}, ` +
      `${(peaks.bandwidth / 1e9).toFixed(2)} GB/s, ${(1e3 * peaks.launchMs).toFixed(1)} µs a launch`,
    `Budget ${low} takes ${share(scaling.time.median)} of the time of budget ${high}, for ${share(scaling.flops)} of its FLOPs: ` +
      `${followed.toFixed(2)}× what FLOPs alone would`,
    `GPU memory: ${mega(report.memoryBytes)} MB (network and workspace)`,
    `Load: ${ms(load.totalMs)} ms: ${phases.join(', ')}`,
    `Precision: ${precisions(report)}`,
    `onnxruntime-web ${ort.version}: WebGPU with ${ort.webgpu.settings.join(', ')}; ` +
      `WASM with ${ort.wasm.settings.join(', ')}, ${ort.wasm.threads} threads`,
  ];
}

/** What each side computes with: ratios compare like with like only where it is the same. */
function precisions({ tier }: BenchReport): string {
  return tier.startsWith('f16')
    ? 'elit-web multiplies float16 weights in float16 and computes all else in float32; onnxruntime on WebGPU the ' +
        'faster of float32 and float16 throughout, on WASM float32'
    : 'float32 on both sides, weights as they are stored';
}

/** A table in columns of characters. */
export function textTable({ title, heads, rows }: TextTable): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return [title, line(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** Everything as text. */
export function reportText(report: BenchReport): string {
  const tables = [
    budgetTable(report),
    partTable(report),
    kernelTable(`Kernels of a forward at budget ${report.budgets.at(-1)}`, report.kernels),
    kernelTable('The same at the shapes of an XL/2', report.largeKernels),
    ...(report.decoderKernels ? [kernelTable('Kernels of the decoder, one image', report.decoderKernels)] : []),
    formTable(report),
  ];
  const drag = report.drag ? [dragLine(report.drag)] : [];
  const first = report.firstImage ? [firstImageLine(report.firstImage)] : [];
  return [summaryLines(report).join('\n'), ...tables.map(textTable), ...drag, ...first].join('\n\n');
}

function firstImageLine({ ownKernels, onnxruntime }: NonNullable<BenchReport['firstImage']>): string {
  const words = ({ ms: time, runtimeBytes }: FirstImage) =>
    `${ms(time)} ms, ${mega(runtimeBytes)} MB of onnxruntime downloaded`;
  return (
    `A first visit to its first image (one step, budget 1): decoder on our kernels ${words(ownKernels)}; ` +
    `decoder on onnxruntime ${words(onnxruntime)}`
  );
}

function dragLine({ moves, steps, drafts, firstPixelsMs, finishedMs, budgets }: DragFigures): string {
  const time = (value: number | null) => (value === null ? 'none' : `${ms(value)} ms`);
  return (
    `Dragging the page's slider (${moves} moves, ${steps} steps, no guidance): first updated pixels after ` +
    `${time(firstPixelsMs)} (median of ${budgets.firstPixels.length}, ${drafts} of them drafts), finished image after ` +
    `${time(finishedMs)} (median of ${budgets.finished.length})`
  );
}
