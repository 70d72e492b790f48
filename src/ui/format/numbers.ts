/** Milliseconds as a number worth reading: 4.2, 83, 1940. */
export function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

/** A duration for the eye: milliseconds up to ten seconds, seconds above. */
export function duration(ms: number): { value: string; unit: 'ms' | 's' } {
  return ms < 10_000 ? { value: milliseconds(ms), unit: 'ms' } : { value: (ms / 1000).toFixed(1), unit: 's' };
}

/** Bytes in megabytes of 10⁶, without the unit. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** A share 0 .. 1 in whole percent, with the unit. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
