import { describe, expect, it } from 'vitest';
import {
  elementGrid,
  floatWord,
  keptRows,
  type Rows,
  repeatRows,
  rowWords,
  SAME_ROWS,
  spreadRows,
  words,
} from './layout.ts';

/** The rows that the kernels read for rows 0, 1, 2, … of a product, by the formula in the WGSL. */
const mapped = ({ base, inner, outer, step }: Rows, count: number) =>
  Array.from({ length: count }, (_, row) => base + Math.floor(row / inner) * outer + (row % inner) * step);

describe('row maps', () => {
  it('leave rows as they are', () => {
    expect(mapped(SAME_ROWS, 5)).toEqual([0, 1, 2, 3, 4]);
  });

  it('repeat a few rows over and over', () => {
    expect(mapped(repeatRows(3), 8)).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('spread one row over several', () => {
    expect(mapped(spreadRows(3), 8)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });

  it('keep the first of every group, from a row on', () => {
    expect(mapped(keptRows(10, 2, 5), 6)).toEqual([10, 11, 15, 16, 20, 21]);
    expect(mapped(keptRows(0, 4, 4), 6)).toEqual(mapped(SAME_ROWS, 6));
  });

  it('go to the kernel in the order of its struct', () => {
    expect(rowWords({ base: 1, inner: 2, outer: 3, step: 4 })).toEqual([1, 2, 3, 4]);
  });
});

describe('parameter words', () => {
  it('are unsigned 32 bit numbers', () => {
    expect(words(1, 2, 0xffffffff)).toEqual(Uint32Array.of(1, 2, 0xffffffff));
  });

  it.each([0, 1, -0.125, 72 ** -0.5, 3e38])('carry the bits of %d as a float32', (value) => {
    expect(new Float32Array(words(floatWord(value)).buffer)[0]).toBe(Math.fround(value));
  });
});

describe('elementGrid', () => {
  it.each([1, 63, 64, 65, 4_194_240, 4_194_241, 100_000_000])('has an invocation for each of %d elements', (count) => {
    const { workgroups, row } = elementGrid(count);
    const [x, y, z] = workgroups;
    expect(row).toBe(64 * x);
    expect(row * y).toBeGreaterThanOrEqual(count);
    expect(row * (y - 1)).toBeLessThan(count);
    expect(Math.max(x, y)).toBeLessThanOrEqual(65_535);
    expect(z).toBe(1);
  });
});
