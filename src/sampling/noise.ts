import { ElitError } from '../errors.ts';
import { philox4x32 } from './philox.ts';

/** 2³², written out: `**` need not be exact. */
const WORD = 0x1_0000_0000;
/** 4 GiB of float32. */
const LARGEST_COUNT = 0x4000_0000;

/**
 * Standard normal numbers that are the same bits in every browser, in Node and in Python (training/elit_train/noise.py):
 * everything is integer arithmetic or one correctly rounded double operation (+ - × ÷ √) after another.
 *
 * 1. Number i is word `i mod 4` of Philox4x32-10 with the counter (⌊i/4⌋, 0, 0, 0) and the key (seed, stream).
 * 2. The word w stands for the probability p = (2w + 1)/2³³, which is never 0, ½ or 1.
 * 3. The normal number is Φ⁻¹(p) by algorithm AS 241 (Wichura 1988, PPND16) in double precision, see normalQuantile.
 * 4. The result is rounded to float32.
 *
 * So a number lies within ±6.34, and any of them can be computed without the others.
 * Test vectors: test/fixtures/noise.json.
 * @param seed 0 .. 2³²-1
 * @param count how many numbers, 0 .. 2³⁰
 * @param stream 0 .. 2³²-1: an independent sequence of the seed; 0 is the start noise, s + 1 the noise of SDE step s
 * @throws ElitError request-invalid for anything else
 */
export function gaussianNoise(seed: number, count: number, stream = 0): Float32Array<ArrayBuffer> {
  checkInteger('seed', seed, WORD - 1);
  checkInteger('noise stream', stream, WORD - 1);
  checkInteger('amount of noise', count, LARGEST_COUNT);
  const noise = new Float32Array(count);
  for (let first = 0; first < count; first += 4) {
    const words = philox4x32([first / 4, 0, 0, 0], seed, stream);
    for (let lane = 0; lane < 4; lane++) noise[first + lane] = normalQuantile(words[lane]!); // past the end: ignored
  }
  return noise;
}

/** AS 241, |p - ½| ≤ 0.425: numerator and denominator in 0.425² - (p - ½)², highest power first. */
const CENTRE_NUMERATOR = [
  2.5090809287301227e3, 3.343057558358813e4, 6.72657709270087e4, 4.592195393154987e4, 1.373169376550946e4,
  1.9715909503065513e3, 1.3314166789178438e2, 3.3871328727963665,
];
const CENTRE_DENOMINATOR = [
  5.226495278852854e3, 2.8729085735721943e4, 3.930789580009271e4, 2.1213794301586597e4, 5.394196021424751e3,
  6.871870074920579e2, 4.231333070160091e1, 1,
];
/** AS 241, beyond: numerator and denominator in √(-ln of the tail's probability) - 1.6, highest power first. */
const TAIL_NUMERATOR = [
  7.745450142783414e-4, 2.2723844989269184e-2, 2.417807251774506e-1, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const TAIL_DENOMINATOR = [
  1.0507500716444169e-9, 5.475938084995345e-4, 1.5198666563616457e-2, 1.4810397642748008e-1, 6.897673349851e-1,
  1.6763848301838038, 2.053191626637759, 1,
];

/** Φ⁻¹((2w + 1)/2³³) in double precision, for w = 0 .. 2³²-1. Exactly odd: w and 2³²-1-w differ by the sign only. */
export function normalQuantile(word: number): number {
  const q = (2 * word + 1 - WORD) / (2 * WORD); // p - ½, exact
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_NUMERATOR, r)) / polynomial(CENTRE_DENOMINATOR, r);
  }
  const tail = q < 0 ? 2 * word + 1 : 2 * (WORD - 1 - word) + 1; // the tail's probability, times 2³³
  const r = Math.sqrt(minusLog(tail)) - 1.6;
  const distance = polynomial(TAIL_NUMERATOR, r) / polynomial(TAIL_DENOMINATOR, r);
  return q < 0 ? -distance : distance;
}

// biome-ignore lint/suspicious/noApproximativeNumericConstant: part of the recipe, to the bit
const LN2 = 0.6931471805599453;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: part of the recipe, to the bit
const SQRT2 = 1.4142135623730951;
/** 1/(2k+1), k = 11 .. 0: with |s| < 0.172 the first term left out is below half a unit in the last place. */
const ATANH_SERIES = Array.from({ length: 12 }, (_, i) => 1 / (2 * (11 - i) + 1));

/**
 * -ln(n/2³³) for a whole n from 1 to 2³²-1. Math.log differs between engines in the last bit; this does not:
 * n = f·2^e with f in [1, 2) (halved where above √2), and ln f = 2·atanh(s), s = (f-1)/(f+1), by its series in s².
 */
function minusLog(n: number): number {
  let exponent = 31 - Math.clz32(n);
  let fraction = n / ((1 << exponent) >>> 0);
  if (fraction > SQRT2) {
    fraction /= 2;
    exponent += 1;
  }
  const s = (fraction - 1) / (fraction + 1);
  return (33 - exponent) * LN2 - 2 * s * polynomial(ATANH_SERIES, s * s);
}

/** Horner's rule, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

function checkInteger(what: string, value: number, largest: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= largest) return;
  throw new ElitError('request-invalid', `The ${what} is ${value}.`, `Give a whole number from 0 to ${largest}.`);
}
