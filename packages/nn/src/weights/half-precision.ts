/** The f32 values of 16-bit floats (IEEE binary16), given as their bits. */
export function fromHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    // 2^-24 is the smallest subnormal; a normal number has an implied leading bit.
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (fraction + 0x400) * 2 ** (exponent - 25);
  });
}

/** The f32 values of bfloat16 numbers, given as their bits: the upper halves of f32. */
export function fromBFloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (upper) => upper << 16).buffer);
}
