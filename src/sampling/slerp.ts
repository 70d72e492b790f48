import { ElitError } from '../errors.ts';

/** Below this sine two directions are one, or opposite. */
const FLAT = 1e-6;

/**
 * Noise between two noises, by spherical linear interpolation (Shoemake 1985, “Animating rotation with quaternion
 * curves”) of their directions, with the norm going from the one to the other on a line:
 *
 *     cos Ω = a·b / (|a| |b|)
 *     n = (1 - t) |a| + t |b|
 *     x = n · (sin((1 - t) Ω) a/|a| + sin(t Ω) b/|b|) / sin Ω
 *
 * A straight line between independent normal numbers would have a variance of ½ halfway, which no network has seen as
 * starting noise; this keeps it at 1. Both factors are rounded to float32, so that engines whose sine differs in the
 * last bit give the same numbers.
 *
 * @param a noise at t = 0: given back bit for bit
 * @param b noise at t = 1: given back bit for bit; as long as `a`
 * @param t 0 .. 1
 * @throws ElitError request-invalid for another t, or for opposite noises, which have no way between them
 * @throws RangeError for noises of two lengths
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array<ArrayBuffer> {
  if (!(t >= 0 && t <= 1)) throw invalid(`The amount of variation is ${t}.`, 'Give a number from 0 to 1.');
  if (a.length !== b.length) throw new RangeError(`noises of ${a.length} and ${b.length} numbers`);
  if (t === 0) return new Float32Array(a);
  if (t === 1) return new Float32Array(b);
  const [normA, normB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  const [shareA, shareB] = shares(dot(a, b) / (normA * normB), t);
  const norm = (1 - t) * normA + t * normB;
  const factorA = Math.fround((norm * shareA) / normA);
  const factorB = Math.fround((norm * shareB) / normB);
  return new Float32Array(a.map((value, i) => factorA * value + factorB * b[i]!));
}

/** What each unit vector counts. @param cosine of the angle between them; NaN where one of them is zero */
function shares(cosine: number, t: number): [number, number] {
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (sine > FLAT) return [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  if (cosine > 0) return [1 - t, t];
  throw invalid('There is no way between the two noises.', 'Choose another seed for the variation.');
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function invalid(message: string, hint: string): ElitError {
  return new ElitError('request-invalid', message, hint);
}
