/** 128 bytes for Firefox: its search takes the way out that helps when it finds what it looks for at the start. */
const HIT_FIRST = Array.from({ length: 16 }, (_, index) => index === 0);

/**
 * Leaves this thread's vector registers as WebAssembly expects them. To be called before the runtime computes.
 *
 * Firefox that GCC compiled (Debian's) searches arrays and strings with AVX2 and, unless it hits in the first 32 bytes,
 * returns without `vzeroupper`. New threads inherit that state. Firefox's WebAssembly mixes SSE and AVX, and with it
 * newer Intel processors take some 200 times as long. A search that hits at once does execute `vzeroupper`; elsewhere
 * than there it is nothing but a short search.
 * @returns where the search hit, 0
 */
export function resetVectorState(): number {
  return HIT_FIRST.indexOf(true);
}
