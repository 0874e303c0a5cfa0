/**
 * Stochastic gradient descent as PyTorch's, one pass:
 *
 *   d = g gradScale + weightDecay p;  m' = momentum m + d;  d = d + momentum m' (Nesterov) or m'
 *   p' = p - lr d
 *
 * in the dtype of the parameter, to which the scalars are rounded first. Without momentum `m` and `mTo` are not
 * touched (and 0). A result may be written to where its source is.
 */
import { lanes, loadUpTo, storePair, storeUpTo } from './vector';

/**
 * What a loop is compiled for, as types: which momentum, and whether weights decay. A term that is off
 * is left out, because 0 times an infinite parameter would be NaN.
 */
type Off = u8;
type On = u16;
type Nesterov = u32;

// @ts-ignore: decorator
@inline
function isOn<Term>(): bool {
  return sizeof<Term>() != sizeof<Off>();
}

function sgd<T>(
  pTo: usize,
  p: usize,
  g: usize,
  mTo: usize,
  m: usize,
  n: i32,
  lr: f64,
  momentum: f64,
  weightDecay: f64,
  nesterov: i32,
  gradScale: f64,
): void {
  const rate = v128.splat<T>(<T>lr);
  const keep = v128.splat<T>(<T>momentum);
  const decay = v128.splat<T>(<T>weightDecay);
  const scale = v128.splat<T>(<T>gradScale);
  if (weightDecay == 0) {
    if (momentum == 0) sweep<T, Off, Off>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
    else if (nesterov) sweep<T, Nesterov, Off>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
    else sweep<T, On, Off>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
  } else {
    if (momentum == 0) sweep<T, Off, On>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
    else if (nesterov) sweep<T, Nesterov, On>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
    else sweep<T, On, On>(pTo, p, g, mTo, m, n, rate, keep, decay, scale);
  }
}

// Inlined: V8 ends the process where it pairs what gets vectors as parameters.
// @ts-ignore: decorator
@inline
function sweep<T, Momentum, Decay>(
  pTo: usize,
  p: usize,
  g: usize,
  mTo: usize,
  m: usize,
  n: i32,
  rate: v128,
  keep: v128,
  decay: v128,
  scale: v128,
): void {
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const low = v128.load(p);
    const high = v128.load(p, 16);
    let lowStep = decayed<T, Decay>(v128.load(g), low, decay, scale);
    let highStep = decayed<T, Decay>(v128.load(g, 16), high, decay, scale);
    if (isOn<Momentum>()) {
      const lowVelocity = v128.add<T>(v128.mul<T>(keep, v128.load(m)), lowStep);
      const highVelocity = v128.add<T>(v128.mul<T>(keep, v128.load(m, 16)), highStep);
      storePair(mTo, lowVelocity, highVelocity);
      lowStep = direction<T, Momentum>(lowVelocity, lowStep, keep);
      highStep = direction<T, Momentum>(highVelocity, highStep, keep);
    }
    const lowTo = v128.sub<T>(low, v128.mul<T>(rate, lowStep));
    const highTo = v128.sub<T>(high, v128.mul<T>(rate, highStep));
    storePair(pTo, lowTo, highTo);
    pTo += 32;
    p += 32;
    g += 32;
    mTo += 32;
    m += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    const parameter = loadUpTo<T>(p, n);
    let step = decayed<T, Decay>(loadUpTo<T>(g, n), parameter, decay, scale);
    if (isOn<Momentum>()) {
      const velocity = v128.add<T>(v128.mul<T>(keep, loadUpTo<T>(m, n)), step);
      storeUpTo<T>(mTo, velocity, n);
      step = direction<T, Momentum>(velocity, step, keep);
    }
    storeUpTo<T>(pTo, v128.sub<T>(parameter, v128.mul<T>(rate, step)), n);
    pTo += 16;
    p += 16;
    g += 16;
    mTo += 16;
    m += 16;
  }
}

// @ts-ignore: decorator
@inline
function decayed<T, Decay>(gradient: v128, parameter: v128, decay: v128, scale: v128): v128 {
  const d = v128.mul<T>(gradient, scale);
  return isOn<Decay>() ? v128.add<T>(d, v128.mul<T>(decay, parameter)) : d;
}

/** What the learning rate multiplies. */
// @ts-ignore: decorator
@inline
function direction<T, Momentum>(velocity: v128, d: v128, keep: v128): v128 {
  return sizeof<Momentum>() == sizeof<Nesterov>() ? v128.add<T>(d, v128.mul<T>(keep, velocity)) : velocity;
}

export function sgd_f32(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f32>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}

export function sgd_f64(pTo: usize, p: usize, g: usize, mTo: usize, m: usize, n: i32, lr: f64, momentum: f64, weightDecay: f64, nesterov: i32, gradScale: f64): void {
  sgd<f64>(pTo, p, g, mTo, m, n, lr, momentum, weightDecay, nesterov, gradScale);
}
