/**
 * Elementary functions of one f64, for schedules and bias corrections: the host's `Math` differs between
 * engines, these do not.
 */
import { power } from './power';

export function exp1(x: f64): f64 { return NativeMath.exp(x); }
export function log1(x: f64): f64 { return NativeMath.log(x); }
export function sin1(x: f64): f64 { return NativeMath.sin(x); }
export function cos1(x: f64): f64 { return NativeMath.cos(x); }
export function tanh1(x: f64): f64 { return NativeMath.tanh(x); }
export function sqrt1(x: f64): f64 { return sqrt<f64>(x); }
export function pow1(x: f64, y: f64): f64 { return power(x, y); }
