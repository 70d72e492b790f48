import type { Variant } from '../variants.ts';

/** A way to compute the product. */
export interface MatmulVariant extends Variant {
  readonly algorithm: 'direct' | 'quad' | 'staged' | 'direct f16' | 'quad f16';
  /** Rows of a tile: of an invocation (direct), a quad, or a workgroup (staged). */
  readonly rows: number;
  /** vec4s of columns that an invocation keeps sums of. */
  readonly columns: number;
}

const direct = (rows: number, columns: number): MatmulVariant => ({
  name: `direct ${rows}×${4 * columns}`,
  algorithm: 'direct',
  needs: [],
  rows,
  columns,
});

const quad = (rows: number, columns: number): MatmulVariant => ({
  name: `quad ${rows}×${16 * columns}`,
  algorithm: 'quad',
  needs: ['subgroups'],
  rows,
  columns,
});

const staged = (rows: number, columns: number): MatmulVariant => ({
  name: `staged ${rows}×${32 * columns}`,
  algorithm: 'staged',
  needs: ['barriers'],
  rows,
  columns,
});

/** The same in float16, of weights that are stored so: see half.wgsl. */
const half = ({ algorithm, name, needs, ...tile }: MatmulVariant): MatmulVariant => ({
  ...tile,
  name: `f16 ${name}`,
  algorithm: algorithm === 'quad' ? 'quad f16' : 'direct f16',
  needs: [...needs, 'f16'],
});

/** Those that are defaults: the best algorithm last, and of each the fewest rows first. */
export const STANDARD_VARIANTS: readonly MatmulVariant[] = [
  direct(4, 1),
  direct(8, 1),
  direct(16, 1),
  quad(4, 1),
  quad(8, 1),
  quad(16, 1),
  staged(32, 2),
  staged(64, 2),
  half(direct(4, 1)),
  half(direct(8, 1)),
  half(quad(4, 1)),
  half(quad(8, 1)),
];

export const MATMUL_VARIANTS: readonly MatmulVariant[] = [
  ...STANDARD_VARIANTS,
  direct(8, 2),
  quad(4, 2),
  half(direct(4, 2)),
  half(quad(4, 2)),
];
