import { ATTENTION_SOURCES } from './attention/attention.ts';
import { MATMUL_SOURCES } from './matmul/matmul.ts';

/** Of the kernels that are tuned: another text of theirs is another version, and what was measured is void. */
export const KERNELS_VERSION = fnv1a([...MATMUL_SOURCES, ...ATTENTION_SOURCES].join(''));

/** FNV-1a hash of a text, 32 bits in hexadecimal. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}
