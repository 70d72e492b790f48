/** Live GPU objects and bytes by kind: what a leak test and the device panel read. */
export interface LedgerCount {
  readonly objects: number;
  readonly bytes: number;
}

export class Ledger {
  readonly #live = new Map<object, { kind: string; label: string; bytes: number }>();

  add(object: object, kind: string, label: string, bytes = 0): void {
    this.#live.set(object, { kind, label, bytes });
  }

  remove(object: object): void {
    this.#live.delete(object);
  }

  clear(): void {
    this.#live.clear();
  }

  /** Totals, of one kind ('buffer', 'pipeline', …) or of everything. */
  count(kind?: string): LedgerCount {
    let objects = 0;
    let bytes = 0;
    for (const entry of this.#live.values()) {
      if (kind !== undefined && entry.kind !== kind) continue;
      objects += 1;
      bytes += entry.bytes;
    }
    return { objects, bytes };
  }

  /** Labels of what is alive, for the message of a leak test. */
  labels(kind: string): string[] {
    return [...this.#live.values()].filter((entry) => entry.kind === kind).map((entry) => entry.label);
  }
}
