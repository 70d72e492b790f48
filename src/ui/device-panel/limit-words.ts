import type { ForwardLimits } from '../../model/roofline.ts';
import { milliseconds } from '../format/numbers.ts';

/** What was measured of a device's limits: null is nothing yet, 'none' that it cannot be measured. */
export type MeasuredLimits = ForwardLimits | 'none' | null;

/** The shortest time of a forward at `budget` latents a group, and the three numbers it follows from. */
export function limitWords(limits: MeasuredLimits, budget: number): { time: string; because: string } {
  if (limits === null) return { time: 'being measured', because: '' };
  const ms = limits === 'none' ? undefined : limits.forwardMs[budget - 1];
  if (limits === 'none' || ms === undefined) return { time: 'not known', because: '' };
  const { flops, bandwidth, launchMs } = limits.device;
  return {
    time: `${milliseconds(ms)} ms at budget ${budget}, without guidance`,
    because: `${giga(flops)} GFLOP/s, ${giga(bandwidth)} GB/s and ${(1e3 * launchMs).toFixed(1)} µs a launch, measured here`,
  };
}

/** In 10⁹, with three digits or more. */
function giga(value: number): string {
  const scaled = value / 1e9;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(scaled, 1e-3))));
  return scaled.toFixed(Math.min(2, digits));
}
