/**
 * Elementary functions of a vector of f32 or f64, for every kernel that needs one: the same bits
 * wherever they are used, in an epilogue, a body or a tail.
 */
import { expF32, expm1F32, log1pF32, logF32, sigmoidF32, tanhF32 } from './elementary-f32';
import {
  cosF64,
  expF64,
  expm1F64,
  log1pF64,
  logF64,
  sigmoidF64,
  sinF64,
  tanhF64,
} from './elementary-f64';
import { cosF32, sinF32 } from './trigonometric-f32';

// @ts-ignore: decorator
@inline
export function exp<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? expF32(x) : expF64(x);
}

// @ts-ignore: decorator
@inline
export function expm1<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? expm1F32(x) : expm1F64(x);
}

// @ts-ignore: decorator
@inline
export function log<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? logF32(x) : logF64(x);
}

// @ts-ignore: decorator
@inline
export function log1p<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? log1pF32(x) : log1pF64(x);
}

// @ts-ignore: decorator
@inline
export function sin<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? sinF32(x) : sinF64(x);
}

// @ts-ignore: decorator
@inline
export function cos<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? cosF32(x) : cosF64(x);
}

// @ts-ignore: decorator
@inline
export function tanh<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? tanhF32(x) : tanhF64(x);
}

// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? sigmoidF32(x) : sigmoidF64(x);
}

/** max(0, x); a NaN stays, and -0 stays -0, as in PyTorch. */
// @ts-ignore: decorator
@inline
export function relu<T>(x: v128): v128 {
  return v128.pmax<T>(x, v128.splat<T>(<T>0));
}
