import type { Pixels } from '../types.ts';

/** FNV-1a of a picture's size and bytes, 8 hexadecimal digits: to tell pictures apart, not to keep anybody out. */
export function fingerprint({ width, height, data }: Pixels): string {
  let hash = 0x811c9dc5;
  const mix = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const byte of new Uint8Array(Uint32Array.of(width, height).buffer)) mix(byte);
  for (const byte of data) mix(byte);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
