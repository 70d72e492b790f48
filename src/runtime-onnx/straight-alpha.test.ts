import { describe, expect, it } from 'vitest';
import { straightRgba8 } from './straight-alpha.ts';

/** One pixel's planes. */
function convert(red: number, green: number, blue: number, alpha: number): number[] {
  return [...straightRgba8(Float32Array.of(red, green, blue, alpha))];
}

describe('straightRgba8', () => {
  it('divides colour by alpha', () => {
    expect(convert(0.25, 0.125, 0, 0.5)).toEqual([128, 64, 0, 128]);
  });

  it('leaves opaque colours alone', () => {
    expect(convert(1, 0.5, 0, 1)).toEqual([255, 128, 0, 255]);
  });

  it('makes what is transparent all zero', () => {
    expect(convert(0.3, 0.2, 0.1, 0)).toEqual([0, 0, 0, 0]);
    expect(convert(0.3, 0.2, 0.1, 0.0019)).toEqual([0, 0, 0, 0]);
    expect(convert(0.3, 0.2, 0.1, -0.2)).toEqual([0, 0, 0, 0]);
  });

  it('keeps the faintest visible alpha', () => {
    expect(convert(0.002, 0.001, 0, 0.002)).toEqual([255, 128, 0, 1]);
  });

  it('clamps overshoots: alpha to 1, colour to its alpha', () => {
    expect(convert(0.6, -0.1, 0.5, 0.5)).toEqual([255, 0, 255, 128]);
    expect(convert(1.2, 0.5, 0, 1.3)).toEqual([255, 128, 0, 255]);
  });

  it('makes zero of what is not a number', () => {
    expect(convert(Number.NaN, 0.5, 0.5, 1)).toEqual([0, 128, 128, 255]);
    expect(convert(0.5, 0.5, 0.5, Number.NaN)).toEqual([0, 0, 0, 0]);
  });

  it('lays planes out as pixels', () => {
    const planes = Float32Array.of(1, 0, /* green */ 0, 1, /* blue */ 0, 0, /* alpha */ 1, 1);
    expect([...straightRgba8(planes)]).toEqual([255, 0, 0, 255, 0, 255, 0, 255]);
  });
});
