import { ElitError, type ErrorCode } from '../errors.ts';

/** How long the browser may take, after something failed for it, to say that the GPU was lost, ms. */
const GRACE = 250;
/** What a lost GPU can look like from afar: a shader that does not compile, a promise that was dropped. */
const DOUBTFUL: readonly ErrorCode[] = ['internal', 'gpu-shader', 'gpu-validation'];

/** The error to report for what was thrown: the loss of the GPU where that is what lay behind it. */
export async function rootCause(thrown: unknown, lost: Promise<ElitError>): Promise<ElitError> {
  const error = ElitError.from(thrown);
  if (!DOUBTFUL.includes(error.code)) return error;
  return Promise.race([lost, new Promise<ElitError>((resolve) => setTimeout(() => resolve(error), GRACE))]);
}
