import { describe, expect, it, vi } from 'vitest';
import type { TimedProgram } from '../gpu/parts.ts';
import type { Exclusively } from './idle-tuning.ts';
import { measureParts } from './part-times.ts';

const alone: Exclusively = (work) => work();

/** A program of launches of these parts, of `ms` each. */
function program(times: number, ms: number, parts: readonly string[], wallMs = 10) {
  const dispatches = parts.map((part) => ({ part, flops: 1 })) as unknown as TimedProgram['dispatches'];
  let isFirst = true;
  const time = vi.fn(async () => {
    const launchMs = parts.map(() => (isFirst ? 100 * ms : ms)); // the first is slow
    isFirst = false;
    return { wallMs, launchMs };
  });
  return { dispatches, times, time };
}

function opening(...programs: readonly TimedProgram[]) {
  const dispose = vi.fn();
  return { dispose, open: vi.fn(async () => ({ programs, dispose })) };
}

describe('the parts of a picture', () => {
  it('are the launches of every program, as often as it runs; what frames the network is with head and tail', async () => {
    const conditioning = program(1, 3, ['conditioning', 'conditioning']);
    const forward = program(20, 1, ['embed', 'head', 'read', 'core', 'core', 'write', 'tail', 'final']);
    const decoder = program(1, 4, ['decode']);
    const { open, dispose } = opening(conditioning, forward, decoder);
    expect(await measureParts(open, alone)).toEqual({
      ...{ conditioning: 6, head: 40, read: 20, core: 40, write: 20, tail: 40, decode: 4 },
    });
    expect(dispose).toHaveBeenCalledTimes(open.mock.calls.length);
  });

  it('are repeated where that is quick, and not on a slow device', async () => {
    const [quick, slow] = [program(1, 1, ['core'], 1), program(1, 1, ['core'], 400)];
    await measureParts(opening(quick, slow).open, alone);
    expect(quick.time.mock.calls.flat()).toEqual([1, 16, 16]);
    expect(slow.time.mock.calls.flat()).toEqual([1, 1, 1]);
  });

  it('are measured one program at a time, so that an image waits for no more', async () => {
    const { open } = opening(program(1, 1, ['core']), program(1, 1, ['decode']));
    const turns: string[] = [];
    const inTurn: Exclusively = async (work) => {
      turns.push('turn');
      return work();
    };
    await measureParts(open, inTurn);
    expect(turns).toHaveLength(2 * 3);
    const busy: Exclusively = () => Promise.reject(new Error('an image'));
    await expect(measureParts(open, busy)).rejects.toThrow('an image');
  });

  it('are not known without timestamps, nor where nothing can be timed', async () => {
    const blind = { ...program(1, 1, ['core']), time: async () => null };
    expect(await measureParts(opening(blind).open, alone)).toBeNull();
    expect(await measureParts(opening().open, alone)).toBeNull();
  });
});
