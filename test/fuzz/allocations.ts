/** The ways to ask for a stretch of memory by its length. */
const KINDS = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

/** Thrown in place of an allocation that would go over the cap, and again at the end, should a reader have caught it. */
export class OverCap extends Error {}

type Constructor = new (...args: readonly unknown[]) => ArrayBufferLike | ArrayBufferView;

/**
 * Does some work with every buffer and typed array counted that it makes, views of existing memory apart.
 * @returns bytes asked for in all
 * @throws OverCap before an allocation that would bring them over `cap`
 */
export async function countAllocations(cap: number, work: () => unknown): Promise<number> {
  const scope = globalThis as unknown as Record<(typeof KINDS)[number], Constructor>;
  const plain = KINDS.map((kind) => [kind, scope[kind]] as const);
  let bytes = 0;
  let over: OverCap | undefined;
  for (const [kind, original] of plain) {
    scope[kind] = new Proxy(original, {
      construct: (target, args, newTarget) => {
        bytes += bytesOf(original, args[0]);
        if (bytes > cap) {
          over = new OverCap(`${bytes} bytes were asked for, ${cap} allowed`);
          throw over;
        }
        return Reflect.construct(target, args, newTarget === scope[kind] ? target : newTarget);
      },
    });
  }
  try {
    await work();
    if (over) throw over;
    return bytes;
  } finally {
    for (const [kind, original] of plain) scope[kind] = original;
  }
}

function bytesOf(kind: Constructor, argument: unknown): number {
  if (argument instanceof ArrayBuffer) return 0; // a view
  const width = 'BYTES_PER_ELEMENT' in kind ? Number(kind.BYTES_PER_ELEMENT) : 1;
  if (typeof argument === 'number') return argument * width;
  const length = (argument as ArrayLike<unknown> | undefined)?.length ?? 0;
  return length * width;
}
