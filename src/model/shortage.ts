import { ElitError, type ErrorCode } from '../errors.ts';

/** How a device says that it cannot have what was asked for; some drivers refuse the command instead. */
const SHORTAGES: readonly ErrorCode[] = ['gpu-out-of-memory', 'gpu-validation', 'gpu-limits'];

/** Whether asking for less may help. */
export function isShortage(thrown: unknown): boolean {
  return thrown instanceof ElitError && SHORTAGES.includes(thrown.code);
}
