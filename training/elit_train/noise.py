"""Start noise: the same bits for a seed as in the page and in Node.

A re-implementation of `src/sampling/noise.ts`, whose docstring states the algorithm: words of Philox4x32-10 (Salmon,
Moraes, Dror and Shaw, SC 2011), then the normal quantile by algorithm AS 241 (Wichura 1988) in double precision, then
rounding to float32. Only integer arithmetic and + - * / sqrt are used, one rounded operation after another, and no
logarithm of a library: those differ between libraries in the last bit. `test/fixtures/noise.json` holds both to it.
"""

import numpy as np
from numpy.typing import NDArray

WORD = 2**32
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10

LN2 = 0.6931471805599453
SQRT2 = 1.4142135623730951
ATANH_SERIES = [1 / (2 * k + 1) for k in range(11, -1, -1)]

# AS 241, |p - 1/2| <= 0.425, in 0.425^2 - (p - 1/2)^2; then the tails, in sqrt(-ln p) - 1.6. Highest power first.
CENTRE_NUMERATOR = [
    2.5090809287301227e3, 3.343057558358813e4, 6.72657709270087e4, 4.592195393154987e4,
    1.373169376550946e4, 1.9715909503065513e3, 1.3314166789178438e2, 3.3871328727963665,
]  # fmt: skip
CENTRE_DENOMINATOR = [
    5.226495278852854e3, 2.8729085735721943e4, 3.930789580009271e4, 2.1213794301586597e4,
    5.394196021424751e3, 6.871870074920579e2, 4.231333070160091e1, 1.0,
]  # fmt: skip
TAIL_NUMERATOR = [
    7.745450142783414e-4, 2.2723844989269184e-2, 2.417807251774506e-1, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
]  # fmt: skip
TAIL_DENOMINATOR = [
    1.0507500716444169e-9, 5.475938084995345e-4, 1.5198666563616457e-2, 1.4810397642748008e-1,
    6.897673349851e-1, 1.6763848301838038, 2.053191626637759, 1.0,
]  # fmt: skip


def gaussian_noise(seed: int, count: int, stream: int = 0) -> NDArray[np.float32]:
    """`count` standard normal numbers; streams of one seed are independent (0: start noise, s + 1: SDE step s).

    Raises ValueError unless seed and stream are 0 .. 2^32 - 1 and count is not negative.
    """
    for what, value in (("seed", seed), ("stream", stream)):
        if not 0 <= value < WORD:
            raise ValueError(f"the {what} is {value}, but must be 0 to {WORD - 1}")
    if count < 0:
        raise ValueError(f"the amount of noise is {count}, but must not be negative")
    counters = np.zeros((-(-count // 4), 4), dtype=np.uint64)
    counters[:, 0] = np.arange(len(counters))
    words = philox4x32(counters, seed, stream).reshape(-1)[:count]
    return normal_quantile(words).astype(np.float32)


def philox4x32(counters: NDArray[np.uint64], key0: int, key1: int) -> NDArray[np.uint64]:
    """Ten rounds for every row of four 32-bit counter words `[N, 4]`; returns 32-bit words `[N, 4]`."""
    mask, half = np.uint64(WORD - 1), np.uint64(32)
    c0, c1, c2, c3 = counters.T
    for step in range(ROUNDS):
        k0, k1 = (np.uint64((key + step * by) % WORD) for key, by in zip((key0, key1), KEY_STEPS, strict=True))
        product0, product1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (product1 >> half) ^ c1 ^ k0, product1 & mask, (product0 >> half) ^ c3 ^ k1, product0 & mask
    return np.stack([c0, c1, c2, c3], axis=1)


def normal_quantile(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The normal quantile of (2w + 1) / 2^33 for every 32-bit word."""
    odd = 2 * words.astype(np.float64) + 1
    q = (odd - WORD) / (2 * WORD)  # p - 1/2, exact
    r = 0.180625 - q * q
    centre = q * polynomial(CENTRE_NUMERATOR, r) / polynomial(CENTRE_DENOMINATOR, r)
    tail = np.where(q < 0, odd, 2 * WORD - odd)  # the tail's probability, times 2^33
    r = np.sqrt(minus_log(tail)) - 1.6
    distance = polynomial(TAIL_NUMERATOR, r) / polynomial(TAIL_DENOMINATOR, r)
    return np.where(np.abs(q) <= 0.425, centre, np.where(q < 0, -distance, distance))


def minus_log(n: NDArray[np.float64]) -> NDArray[np.float64]:
    """-ln(n / 2^33): n = f 2^e with f in (sqrt(1/2), sqrt 2], and ln f = 2 atanh((f - 1) / (f + 1)) by its series."""
    fraction, exponent = np.frexp(n)  # exact; fraction in [1/2, 1)
    low = 2 * fraction <= SQRT2
    fraction = np.where(low, 2 * fraction, fraction)
    exponent = np.where(low, exponent - 1, exponent)
    s = (fraction - 1) / (fraction + 1)
    return (33 - exponent) * LN2 - 2 * s * polynomial(ATANH_SERIES, s * s)


def polynomial(coefficients: list[float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Horner's rule, highest power first."""
    value = np.zeros_like(x)
    for coefficient in coefficients:
        value = value * x + coefficient
    return value
