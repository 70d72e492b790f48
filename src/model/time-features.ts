/** Width of the sinusoidal timestep embedding. */
export const TIME_FEATURES = 256;

/**
 * [cos(t·f), sin(t·f)] with f_i = exp(-ln(10000)·i/128), one line of 256 a time; in double precision, because the
 * GPU's sine and cosine are loose.
 */
export function timeFeatures(times: readonly number[], timeScale: number): Float32Array<ArrayBuffer> {
  const half = TIME_FEATURES / 2;
  const features = new Float32Array(times.length * TIME_FEATURES);
  times.forEach((t, line) => {
    for (let i = 0; i < half; i++) {
      const angle = t * timeScale * Math.exp((-Math.log(10_000) * i) / half);
      features[line * TIME_FEATURES + i] = Math.cos(angle);
      features[line * TIME_FEATURES + half + i] = Math.sin(angle);
    }
  });
  return features;
}
