import type { Dispatch } from '../../gpu/program.ts';
import { type Rows, rowWords, SAME_ROWS, words } from '../layout.ts';
import stageCode from '../stage.wgsl?raw';
import matmulCode from './matmul.wgsl?raw';
import bf16Code from './weights-bf16.wgsl?raw';
import f16Code from './weights-f16.wgsl?raw';
import f32Code from './weights-f32.wgsl?raw';

export type WeightType = 'F32' | 'F16' | 'BF16';

/** A linear layer in GPU memory: weight [outputs, inputs] as stored, bias float32, both padded to whole vec4s. */
export interface Linear {
  readonly weight: GPUBuffer;
  readonly type: WeightType;
  readonly bias: GPUBuffer | null;
  readonly inputs: number;
  readonly outputs: number;
}

/** Shift, scale and gate of adaLN: a table [stages·images, width] and where each starts in a line. */
export interface Modulation {
  readonly table: GPUBuffer;
  /** Floats in a line. */
  readonly width: number;
  readonly shift: number;
  readonly scale: number;
  readonly gate: number;
}

export interface MatmulOptions {
  readonly label: string;
  readonly part: string;
  readonly linear: Linear;
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
  /** Rows m of the product. */
  readonly rows: number;
  readonly inputRows?: Rows;
  readonly outputRows?: Rows;
  /** Prologue: LayerNorm and modulation (needs `modulation`), or SiLU. */
  readonly prologue?: 'normalize' | 'silu';
  readonly gelu?: boolean;
  /** Multiply by the modulation's gate. */
  readonly gated?: boolean;
  readonly modulation?: Modulation;
  /** Image that row 0 belongs to, and how many rows an image has: an image's rows share a line of the table. */
  readonly firstImage?: number;
  readonly rowsPerImage?: number;
  readonly residual?: { readonly buffer: GPUBuffer; readonly rows?: Rows };
  /** Added last: position embeddings. */
  readonly table?: { readonly buffer: GPUBuffer; readonly rows: Rows };
  /** Write grouped rows to their place on the raster. */
  readonly ungroup?: { readonly grid: number; readonly window: number };
}

const WEIGHT_CODE: Record<WeightType, string> = { F32: f32Code, F16: f16Code, BF16: bf16Code };
const BINDINGS = ['read', 'read', 'read', 'read', 'read', 'read', 'write'] as const;

/** Invocations of a workgroup along columns and rows (TX, TY in matmul.wgsl). */
const WORKGROUP_X = 16;
const WORKGROUP_Y = 4;
/** Rows an invocation makes: few for the handful of rows that small budgets leave. */
const SMALL_TILE = 4;
const LARGE_TILE = 16;

/** Bits of `epilogue` in matmul.wgsl. */
function epilogue({ linear, gelu, gated, residual, table }: MatmulOptions): number {
  const steps = [linear.bias !== null, gelu ?? false, gated ?? false, residual !== undefined, table !== undefined];
  return steps.reduce((bits, taken, bit) => bits | (Number(taken) << bit), 0);
}

/** out = epilogue(prologue(A)·Wᵀ): [rows, inputs] by [outputs, inputs] -> [rows, outputs]; see matmul.wgsl. */
export function matmul(options: MatmulOptions): Dispatch {
  const { linear, modulation, input, output } = options;
  const rowsPerImage = options.rowsPerImage ?? options.rows;
  const tileRows = rowsPerImage > SMALL_TILE ? LARGE_TILE : SMALL_TILE;
  const rowTiles = (options.rows / rowsPerImage) * Math.ceil(rowsPerImage / tileRows);
  // Bindings that a variant does not look at still need a buffer: the weight's own is never written.
  const unused = linear.weight;
  return {
    kernel: {
      name: `matmul ${linear.type} ${tileRows}×4${options.prologue ? ` ${options.prologue}` : ''}`,
      code: WEIGHT_CODE[linear.type] + stageCode + matmulCode,
      bindings: BINDINGS,
      constants: {
        ROWS: tileRows,
        NORMALIZE: Number(options.prologue === 'normalize'),
        SILU: Number(options.prologue === 'silu'),
      },
    },
    label: options.label,
    part: options.part,
    buffers: [
      input,
      linear.weight,
      linear.bias ?? unused,
      modulation?.table ?? unused,
      options.residual?.buffer ?? unused,
      options.table?.buffer ?? unused,
      output,
    ],
    params: words(
      ...rowWords(options.inputRows ?? SAME_ROWS),
      ...rowWords(options.residual?.rows ?? SAME_ROWS),
      ...rowWords(options.table?.rows ?? SAME_ROWS),
      ...rowWords(options.outputRows ?? SAME_ROWS),
      options.rows,
      linear.outputs / 4,
      linear.inputs / 4,
      options.firstImage ?? 0,
      rowsPerImage,
      (modulation?.width ?? 0) / 4,
      (modulation?.shift ?? 0) / 4,
      (modulation?.scale ?? 0) / 4,
      (modulation?.gate ?? 0) / 4,
      options.ungroup?.grid ?? 0,
      options.ungroup?.window ?? 0,
      epilogue(options),
    ),
    workgroups: [Math.ceil(linear.outputs / 4 / WORKGROUP_X), Math.ceil(rowTiles / WORKGROUP_Y), 1],
    flops: 2 * options.rows * linear.inputs * linear.outputs,
  };
}
