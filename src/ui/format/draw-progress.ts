import type { Activity } from '../store/studio-state.ts';
import { megabytes } from './numbers.ts';

/** A picture under way. */
export type Drawing = Extract<Activity, { kind: 'drawing' }>;

/** How far a picture is in words and as a share: its steps, or before them the encoder that its prompt or picture waits for. */
export function drawProgress({ step, steps, encoder }: Drawing): { label: string; amount: string; fraction: number } {
  if (encoder !== null && step === 0) {
    const { done, total, reads = 'prompts' } = encoder;
    const amount = `${megabytes(done)} of ${megabytes(total)} MB`;
    return { label: `Fetching what reads ${reads}`, amount, fraction: total > 0 ? Math.min(1, done / total) : 0 };
  }
  return { label: 'Drawing', amount: `${step} of ${steps} steps`, fraction: steps > 0 ? step / steps : 0 };
}
