import type { Dispatch } from '../../gpu/program.ts';
import { distinctRows, type Rows, rowWords, SAME_ROWS, words } from '../layout.ts';
import stageCode from '../stage.wgsl?raw';
import { unroll } from '../unroll.ts';
import { availableOn, dispatchFamily, HALF_HEAD, PLAIN_VARIANTS, QUAD_HEAD, type Variants } from '../variants.ts';
import directCode from './direct.wgsl?raw';
import directHalfCode from './direct-f16.wgsl?raw';
import halfCode from './half.wgsl?raw';
import { MATMUL_VARIANTS, type MatmulVariant, STANDARD_VARIANTS } from './members.ts';
import productCode from './product.wgsl?raw';
import quadCode from './quad.wgsl?raw';
import quadHalfCode from './quad-f16.wgsl?raw';
import stagedCode from './staged.wgsl?raw';
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
  /** Which kernel serves the shape; float32 and nothing measured unless given. */
  readonly variants?: Variants;
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

/**
 * Those of the members that may serve a product. In float16 only where weights are: others would have to be rounded.
 * The conditioning (SiLU) stays float32: it has few rows, and all tokens get its error.
 */
function serving({ linear, prologue }: MatmulOptions, members: readonly MatmulVariant[]): readonly MatmulVariant[] {
  if (linear.type === 'F16' && prologue !== 'silu') return members;
  return members.filter(({ needs }) => !needs.includes('f16'));
}

/** Bits of `epilogue` in matmul.wgsl. */
function epilogue({ linear, gelu, gated, residual, table }: MatmulOptions): number {
  const steps = [linear.bias !== null, gelu ?? false, gated ?? false, residual !== undefined, table !== undefined];
  return steps.reduce((bits, taken, bit) => bits | (Number(taken) << bit), 0);
}

/** What decides the best variant. */
function matmulShape({ linear, rows, rowsPerImage, prologue }: MatmulOptions): string {
  const each = rowsPerImage && rowsPerImage < rows ? ` by ${rowsPerImage}` : '';
  return `matmul ${linear.type} ${rows}${each}×${linear.inputs}→${linear.outputs}${prologue ? ` ${prologue}` : ''}`;
}

/** Bytes of a stored weight. */
const WEIGHT_BYTES: Record<WeightType, number> = { F32: 4, F16: 2, BF16: 2 };

/** Least traffic of a product, in bytes: operands, weights, bias, the modulation's lines, and the result. */
function traffic({ linear, rows, prologue, gated, residual, table, ...options }: MatmulOptions): number {
  const { inputs, outputs } = linear;
  const images = rows / (options.rowsPerImage ?? rows);
  const read = distinctRows(rows, options.inputRows ?? SAME_ROWS) * inputs;
  const modulated = images * ((prologue === 'normalize' ? 2 * inputs : 0) + (gated ? outputs : 0));
  const added = [residual, table].map((term) => (term ? distinctRows(rows, term.rows ?? SAME_ROWS) * outputs : 0));
  const floats = read + modulated + added[0]! + added[1]! + (linear.bias ? outputs : 0) + rows * outputs;
  return 4 * floats + WEIGHT_BYTES[linear.type] * inputs * outputs;
}

/** out = epilogue(prologue(A)·Wᵀ): [rows, inputs] by [outputs, inputs] -> [rows, outputs]; see matmul.wgsl. */
export function matmul(options: MatmulOptions): Dispatch {
  const variants = options.variants ?? PLAIN_VARIANTS;
  return dispatchFamily(variants, matmulShape(options), {
    members: serving(options, MATMUL_VARIANTS),
    standard: standard(options, variants),
    launch: (variant) => launch(options, variant),
  });
}

/** The default: the tile that the rows of an image fill best, of the best algorithm that has rows enough. */
function standard(options: MatmulOptions, variants: Variants): MatmulVariant {
  const { rows, rowsPerImage = rows } = options;
  const fitting = availableOn(variants, serving(options, STANDARD_VARIANTS)).filter(({ algorithm }) => {
    return rowsPerImage >= ALGORITHMS[algorithm].fewestRows;
  });
  const best = fitting.at(-1)?.algorithm;
  const tiles = fitting.filter(({ algorithm }) => algorithm === best);
  return tiles.find((tile) => tile.rows >= rowsPerImage) ?? (tiles.at(-1) as MatmulVariant);
}

/** All WGSL of the family. */
export const MATMUL_SOURCES: readonly string[] = [
  ...Object.values(WEIGHT_CODE),
  ...[productCode, directCode, quadCode, stagedCode, halfCode, directHalfCode, quadHalfCode],
];

/** Tiles of a workgroup, in invocations' vec4s of columns and in rows; and what an image must have to be worth it. */
const ALGORITHMS = {
  direct: { head: '', code: directCode, columns: 16, rows: 4, fewestRows: 1 },
  quad: { head: QUAD_HEAD, code: quadCode, columns: 32, rows: 1, fewestRows: 1 },
  // Half of its smaller tile: the others' tiles are no larger than that.
  staged: { head: '', code: stagedCode, columns: 8, rows: 1, fewestRows: 17 },
  'direct f16': { head: HALF_HEAD, code: halfCode + directHalfCode, columns: 16, rows: 4, fewestRows: 1 },
  'quad f16': { head: HALF_HEAD + QUAD_HEAD, code: halfCode + quadHalfCode, columns: 32, rows: 1, fewestRows: 1 },
} as const;

function launch(options: MatmulOptions, variant: MatmulVariant): Dispatch {
  const { linear, modulation, input, output } = options;
  const rowsPerImage = options.rowsPerImage ?? options.rows;
  const { rows, columns, algorithm } = variant;
  const { head, code, ...tiles } = ALGORITHMS[algorithm];
  const rowTiles = (options.rows / rowsPerImage) * Math.ceil(rowsPerImage / rows);
  // Bindings that a variant does not look at still need a buffer: the weight's own is never written.
  const unused = linear.weight;
  return {
    kernel: {
      name: `matmul ${linear.type} ${variant.name}${options.prologue ? ` ${options.prologue}` : ''}`,
      code:
        head +
        (variant.needs.includes('f16') ? '' : WEIGHT_CODE[linear.type]) +
        stageCode +
        productCode +
        unroll(`const ROWS = ${rows}u;\nconst COLUMNS = ${columns}u;\n${code}`, {
          ROWS: rows,
          QUADS: rows / 4,
          COLUMNS: columns,
          RESULTS: rows / 8,
          A_LOADS: rows / 16,
          W_LOADS: 2 * columns,
        }),
      bindings: BINDINGS,
      constants: {
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
    workgroups: [Math.ceil(linear.outputs / 4 / columns / tiles.columns), Math.ceil(rowTiles / tiles.rows), 1],
    flops: 2 * options.rows * linear.inputs * linear.outputs,
    bytes: traffic(options),
  };
}
