/** Bytes of one element of the number formats that weights come in. */
export const BYTES_OF = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 } as const;

export type DType = keyof typeof BYTES_OF;

/** Converts a tensor's stored bytes (whole elements, at any alignment) to float32. */
export function toFloat32(dtype: DType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  // A copy starts aligned whatever the offset in the file; both sides are little endian, as is every WebGPU platform.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return halfToFloat32(new Uint16Array(buffer));
    case 'BF16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
  }
}

function halfToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  halves.forEach((half, i) => {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      out[i] = fraction * 2 ** -24; // zero and the subnormals, all of them normal float32 numbers
      bits[i] = bits[i]! | sign;
    } else {
      const rebased = exponent === 0x1f ? 0xff : exponent + (127 - 15); // infinity and NaN keep the top exponent
      bits[i] = sign | (rebased << 23) | (fraction << 13);
    }
  });
  return out;
}
