import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.ts';

describe('Ledger', () => {
  const [first, second, third] = [{}, {}, {}];
  const filled = () => {
    const ledger = new Ledger();
    ledger.add(first, 'buffer', 'state', 64);
    ledger.add(second, 'buffer', 'noise', 16);
    ledger.add(third, 'pipeline', 'matmul');
    return ledger;
  };

  it('counts objects and bytes, of one kind or of all', () => {
    expect(filled().count('buffer')).toEqual({ objects: 2, bytes: 80 });
    expect(filled().count('pipeline')).toEqual({ objects: 1, bytes: 0 });
    expect(filled().count()).toEqual({ objects: 3, bytes: 80 });
    expect(filled().count('query set')).toEqual({ objects: 0, bytes: 0 });
  });

  it('names what is alive, the oldest first', () => {
    expect(filled().labels('buffer')).toEqual(['state', 'noise']);
  });

  it('forgets what is removed, once or twice, and takes nothing twice', () => {
    const ledger = filled();
    ledger.remove(first);
    ledger.remove(first);
    ledger.add(second, 'buffer', 'noise', 16);
    expect(ledger.count('buffer')).toEqual({ objects: 1, bytes: 16 });
    ledger.clear();
    expect(ledger.count()).toEqual({ objects: 0, bytes: 0 });
  });
});
