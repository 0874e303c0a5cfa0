/**
 * How far the elementary functions are from the truth, in units in the last place (ulp): which arguments
 * they are tried on, what they should give, and the largest error. `measure-accuracy.js` sweeps densely
 * and writes docs/accuracy.md; the tests sweep a part of the same arguments.
 */

/** @typedef {'f32' | 'f64'} FloatType */
/** @typedef {Float32Array | Float64Array} Floats */
/** @typedef {{ error: number, at: number[] }} Worst the largest error, and the arguments it is at */

/**
 * @typedef {object} ElementaryFunction
 * @property {(...x: number[]) => number} host the f64 function that judges f32
 * @property {number} low the interval on which arguments are evenly spread, beside those of all exponents
 * @property {number} high
 */

/** @type {Readonly<Record<string, ElementaryFunction>>} */
export const elementaryFunctions = {
  exp: { host: Math.exp, low: -746, high: 710 },
  exp2: { host: (x) => 2 ** x, low: -1076, high: 1025 },
  expm1: { host: Math.expm1, low: -40, high: 40 },
  log: { host: Math.log, low: 0, high: 3 },
  log2: { host: Math.log2, low: 0, high: 3 },
  log10: { host: Math.log10, low: 0, high: 3 },
  log1p: { host: Math.log1p, low: -1, high: 3 },
  sin: { host: Math.sin, low: -100, high: 100 },
  cos: { host: Math.cos, low: -100, high: 100 },
  tan: { host: Math.tan, low: -100, high: 100 },
  asin: { host: Math.asin, low: -1, high: 1 },
  acos: { host: Math.acos, low: -1, high: 1 },
  atan: { host: Math.atan, low: -4, high: 4 },
  atan2: { host: Math.atan2, low: -2, high: 2 },
  sinh: { host: Math.sinh, low: -20, high: 20 },
  cosh: { host: Math.cosh, low: -20, high: 20 },
  tanh: { host: Math.tanh, low: -20, high: 20 },
  asinh: { host: Math.asinh, low: -5, high: 5 },
  acosh: { host: Math.acosh, low: 1, high: 5 },
  atanh: { host: Math.atanh, low: -1, high: 1 },
  sigmoid: { host: sigmoid, low: -40, high: 40 },
  erf: { host: erf, low: -6, high: 6 },
  pow: { host: power, low: 0, high: 20 },
  sqrt: { host: Math.sqrt, low: 0, high: 4 },
  rsqrt: { host: (x) => 1 / Math.sqrt(x), low: 0, high: 4 },
  reciprocal: { host: (x) => 1 / x, low: -4, high: 4 },
};

/** @param {number} x */
function sigmoid(x) {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** x^y as IEEE 754 has it: 1 to any power and any number to the power of 0 are 1.
 * @param {number} x @param {number} y */
function power(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/**
 * 2 / sqrt(pi) e^(-x^2) sum 2^k x^(2k + 1) / (1 3 5 ... (2k + 1)), all terms of one sign; 1 from 4 on as
 * far as an f32 can tell.
 * @param {number} x
 */
function erf(x) {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** How many arguments the function of that name has.
 * @param {string} name */
export function argumentCount(name) {
  return name === 'pow' || name === 'atan2' ? 2 : 1;
}

/** A permutation of 32 bits that mixes them well.
 * @param {number} x */
function mixed(x) {
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Numbers with special bits: ends of ranges, borders between methods, powers of two beside rounding. */
const specials = [
  ...[0, 1e-45, 1.1754943508222875e-38, 5e-324, 2.2250738585072014e-308, 2 ** -54, 2 ** -24],
  ...[2 ** -12, Math.SQRT2 - 1, 1 - Math.SQRT1_2, 0.34657359, 0.4375, 0.5, 0.625, 0.6875],
  ...[Math.SQRT1_2, Math.PI / 4, 1, 1.1875, Math.SQRT2, Math.PI / 2, 2, 2.4375, 3, Math.PI, 6],
  ...[9.010913, 10, 16.635532, 17.32868, 18, 22, 28, 36.7, 87.33655, 88.722839, 89, 89.41599],
  ...[103.972084, 104, 128, 149, 1000, 709.782712893384, 710.4758600739439, 745.1332191019411],
  ...[1024, 1074, 131072, 8388608, 16777216, 268435456, 2 ** 31, 2 ** 52, 2 ** 53, 1e22, 2 ** 1000],
  ...[3.4028234663852886e38, 1.7976931348623157e308, Infinity, NaN],
];

/** Every special number and its neighbours, of both signs, as patterns of bits.
 * @param {FloatType} dtype */
function specialNumbers(dtype) {
  const values = specials.map((value) => (dtype === 'f32' ? Math.fround(value) : value));
  const bits = dtype === 'f32' ? new Uint32Array(1) : new BigUint64Array(1);
  const number = dtype === 'f32' ? new Float32Array(bits.buffer) : new Float64Array(bits.buffer);
  return values.flatMap((value) => {
    const near = [];
    for (let step = -2; step <= 2; step++) {
      number[0] = value;
      if (bits instanceof Uint32Array) bits[0] = (bits[0] ?? 0) + step;
      else bits[0] = (bits[0] ?? 0n) + BigInt(step);
      near.push(number[0], -number[0]);
    }
    return near;
  });
}

/**
 * Every 251st pattern of all the 2^32 of f32, for a part of them every `thin` times 251st.
 * @param {number} thin
 * @returns {Generator<Float32Array>} blocks of them, the special numbers last
 */
function* patternsF32(thin) {
  const block = new Uint32Array(65536);
  let used = 0;
  for (let pattern = 0; pattern < 2 ** 32; pattern += 251 * thin) {
    block[used++] = pattern;
    if (used === block.length) {
      yield new Float32Array(block.buffer);
      used = 0;
    }
  }
  yield new Float32Array(block.buffer, 0, used);
  yield Float32Array.from(specialNumbers('f32'));
}

/**
 * Pairs of f32: half of all exponents, half from an interval.
 * @param {ElementaryFunction} of
 * @param {number} thin
 * @returns {Generator<Float32Array[]>}
 */
function* pairsF32({ low, high }, thin) {
  const blocks = Math.ceil(64 / thin);
  for (let index = 0; index < blocks; index++) {
    yield [1, 2].map((seed) => {
      const bits = Uint32Array.from({ length: 65536 }, (_, i) =>
        mixed(seed * 1e9 + index * 65536 + i),
      );
      const numbers = new Float32Array(bits.buffer);
      for (let i = 1; i < bits.length; i += 2) {
        numbers[i] = low + ((bits[i] ?? 0) / 2 ** 32) * (high - low);
      }
      return numbers;
    });
  }
  yield specialPairs(Float32Array);
}

const pairedNumbers = [
  ...[0, 5e-324, 1e-45, 2.2250738585072014e-308, 1e-20, 0.5, 1, 1 + 2 ** -23, 1.5, 2, 3, 10, 64.5],
  ...[1024, 16777216, 2 ** 53, 1e22, 3.4028234663852886e38, 1e300, Infinity, NaN],
];

/**
 * Every pair of special numbers of either sign.
 * @template {Floats} T
 * @param {{ from(values: readonly number[]): T }} Type
 * @returns {[T, T]}
 */
function specialPairs(Type) {
  const numbers = pairedNumbers.flatMap((value) => [value, -value]);
  const pairs = numbers.flatMap((x) => numbers.map((y) => /** @type {const} */ ([x, y])));
  return [Type.from(pairs.map(([x]) => x)), Type.from(pairs.map(([, y]) => y))];
}

/** Every 400th of the arguments of f64 is for the tests, with its exact value in elementary-values.json. */
export const thinF64 = 400;

/** Arguments of f64 in all. */
const countF64 = 200000;

/**
 * Arguments of f64: half of all exponents, half from an interval; the special numbers last. With `thin`,
 * every thin-th of them.
 * @param {string} name
 * @param {number} thin
 * @returns {Float64Array[]} one array an argument
 */
export function argumentsF64(name, thin) {
  const of = elementaryFunctions[name];
  if (of === undefined) throw new Error(`There is no elementary function ${name}.`);
  const { low, high } = of;
  const count = Math.floor(countF64 / thin);
  const lists = Array.from({ length: argumentCount(name) }, (_, argument) => {
    const numbers = new Float64Array(count);
    const words = new Uint32Array(numbers.buffer);
    for (let i = 0; i < count; i++) {
      const first = mixed(argument * 1e9 + 2 * i * thin);
      const second = mixed(argument * 1e9 + 2 * i * thin + 1);
      if (mixed(i * thin) & 1) {
        numbers[i] = low + ((first + second / 2 ** 32) / 2 ** 32) * (high - low);
      } else {
        words[2 * i] = first;
        words[2 * i + 1] = second;
      }
    }
    return numbers;
  });
  const tails =
    lists.length === 1 ? [Float64Array.from(specialNumbers('f64'))] : specialPairs(Float64Array);
  return lists.map((list, argument) => Float64Array.from([...list, ...(tails[argument] ?? [])]));
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * The distance between neighbours of a float type at a number.
 *
 * @param {FloatType} dtype
 * @param {number} value
 */
export function ulp(dtype, value) {
  double[0] = Math.abs(value);
  const exponent = ((words[1] ?? 0) >>> 20) - 1023;
  return dtype === 'f32'
    ? 2 ** (Math.min(Math.max(exponent, -126), 127) - 23)
    : 2 ** Math.max(exponent - 52, -1074);
}

/**
 * How many ulp `actual` is from `exact` and as many ulp more as `rest` says. 0 if both are NaN or the same special value (the sign of a
 * zero and the infinity that the exact value rounds to included), infinite if only one is special.
 * @param {FloatType} dtype @param {number} actual @param {number} exact @param {number} [rest]
 */
export function ulpError(dtype, actual, exact, rest = 0) {
  const nearest = dtype === 'f32' ? Math.fround(exact) : exact;
  const special = exact === 0 || !Number.isFinite(nearest) || !Number.isFinite(actual);
  if (special) return Object.is(actual, nearest) ? 0 : Infinity;
  if (actual === 0 && Object.is(actual, -0) !== exact < 0) return Infinity;
  return Math.abs((actual - exact) / ulp(dtype, exact) - rest);
}

/**
 * Computes a function of arrays of arguments by its kernel.
 * @callback Compute
 * @param {string} kernel
 * @param {readonly Floats[]} inputs
 * @returns {Floats}
 */

/**
 * The largest error of a function of f32, by the host's f64 functions.
 * @param {string} name
 * @param {Compute} compute
 * @param {number} thin
 * @returns {Worst}
 */
export function worstOfF32(name, compute, thin) {
  const of = elementaryFunctions[name];
  if (of === undefined) throw new Error(`There is no elementary function ${name}.`);
  /** @type {Worst} */
  let worst = { error: 0, at: [] };
  const blocks = argumentCount(name) === 1 ? patternsF32(thin) : pairsF32(of, thin);
  for (const block of blocks) {
    const inputs = Array.isArray(block) ? block : [block];
    const results = compute(`${name}_f32`, inputs);
    for (let i = 0; i < results.length; i++) {
      const x = inputs[0]?.[i] ?? 0;
      const exact = inputs.length === 1 ? of.host(x) : of.host(x, inputs[1]?.[i] ?? 0);
      const error = ulpError('f32', results[i] ?? 0, exact);
      if (error > worst.error) worst = { error, at: inputs.map((input) => input[i] ?? 0) };
    }
  }
  return worst;
}

/**
 * The largest error of a function of f64, by exact values: rounded to f64, and the rest in ulp.
 * @param {string} name
 * @param {Compute} compute
 * @param {readonly Floats[]} inputs
 * @param {Float64Array} exact
 * @param {Floats} rest
 * @returns {Worst}
 */
export function worstOfF64(name, compute, inputs, exact, rest) {
  const results = compute(`${name}_f64`, inputs);
  /** @type {Worst} */
  let worst = { error: 0, at: [] };
  results.forEach((result, i) => {
    const error = ulpError('f64', result, exact[i] ?? 0, rest[i] ?? 0);
    if (error > worst.error) worst = { error, at: inputs.map((input) => input[i] ?? 0) };
  });
  return worst;
}
