import type { Locks } from '../../src/generator/model-store/model-store.ts';
import type { Shelf, ShelfFile } from '../../src/generator/model-store/shelf.ts';

/** A shelf in memory, with as much room as a test gives it. Its bytes can be looked at and damaged. */
export class MemoryShelf implements Shelf {
  /** `model/file` or `model/file/chunk`. */
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  room = Number.POSITIVE_INFINITY;
  isBroken = false;

  async openFile(model: string, file: string): Promise<ShelfFile> {
    this.#check();
    return {
      read: async (index, into) => {
        const found = this.entries.get(`${model}/${file}/${index}`);
        if (found?.length === into.length) into.set(found);
        return found?.length === into.length;
      },
      write: async (index, chunk) => this.#put(`${model}/${file}/${index}`, chunk.slice()),
      close: async () => undefined,
    };
  }

  async removeFile(model: string, file: string): Promise<void> {
    this.#remove(`${model}/${file}`);
  }

  async readText(model: string, file: string): Promise<string | null> {
    const found = this.entries.get(`${model}/${file}`);
    return found === undefined ? null : new TextDecoder().decode(found);
  }

  async writeText(model: string, file: string, text: string): Promise<void> {
    this.#put(`${model}/${file}`, new TextEncoder().encode(text));
  }

  async models(): Promise<string[]> {
    return [...new Set([...this.entries.keys()].map((key) => key.split('/')[0]!))];
  }

  async bytes(model: string): Promise<number> {
    return this.#size(`${model}/`);
  }

  async removeModel(model: string): Promise<void> {
    this.#remove(`${model}/`);
  }

  #put(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#check();
    if (this.#size('') - (this.entries.get(key)?.length ?? 0) + bytes.length > this.room) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    this.entries.set(key, bytes);
  }

  #check(): void {
    if (this.isBroken) throw new DOMException('no storage here', 'SecurityError');
  }

  #size(prefix: string): number {
    let sum = 0;
    for (const [key, bytes] of this.entries) if (key.startsWith(prefix)) sum += bytes.length;
    return sum;
  }

  #remove(prefix: string): void {
    for (const key of [...this.entries.keys()]) if (key.startsWith(prefix)) this.entries.delete(key);
  }
}

/** Locks by name, in the order of asking: one exclusive holder, or any number of shared ones. */
export function memoryLocks(): Locks {
  const held = new Map<string, { shared: number; exclusive: number }>();
  const waiting = new Set<() => void>();
  async function request(name: string, options: LockOptions, work: (lock: Lock | null) => unknown): Promise<unknown> {
    const lock = held.get(name) ?? { shared: 0, exclusive: 0 };
    held.set(name, lock);
    const mode = options.mode ?? 'exclusive';
    const isFree = () => lock.exclusive === 0 && (mode === 'shared' || lock.shared === 0);
    if (!isFree() && options.ifAvailable) return work(null);
    while (!isFree()) await new Promise<void>((resolve) => waiting.add(resolve));
    lock[mode]++;
    try {
      return await work({ name, mode });
    } finally {
      lock[mode]--;
      for (const resolve of waiting) resolve();
      waiting.clear();
    }
  }
  return { request: request as Locks['request'] };
}
