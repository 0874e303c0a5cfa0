/**
 * Softmax cross-entropy of rows of logits x: loss = log sum e^x[k] - x[t] for a class index t, or
 * sum t[j] (log sum e^x[k] - x[j]) for soft targets, and the gradients. Worked out in f64 (see
 * `exponentials.ts`) and rounded once. `lse` receives log sum e^x[k], one a row.
 */
import { elementAt } from './broadcast';
import { CHUNK, chunkTerms, exponentials, sumOfExponentials } from './exponentials';
import { addToLanes, clearLanes, joinedLanes, laneSum } from './lane-sum';
import { extremumOfRow, Larger } from './row-extremum';
import { scratch } from './scratch';

/**
 * `crossEntropy_dtype(loss, lse, logits, targets, rows, classes)` with i32 targets. Returns the first row
 * whose target is out of range, where it stops, or -1.
 */
// @ts-ignore: decorator
@inline
function crossEntropy<T>(
  loss: usize,
  lse: usize,
  logits: usize,
  targets: usize,
  rows: i32,
  classes: i32,
): i32 {
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(elementAt<i32>(targets, row));
    if (<u32>target >= <u32>classes) return row;
    const m = <f64>extremumOfRow<T, Larger>(logits, classes);
    const logSum = NativeMath.log(sumOfExponentials<T>(logits, classes, m));
    const logit = <f64>load<T>(elementAt<T>(logits, target));
    store<T>(elementAt<T>(loss, row), <T>(m - logit + logSum));
    store<T>(elementAt<T>(lse, row), <T>(m + logSum));
    logits = elementAt<T>(logits, classes);
  }
  return -1;
}

export function crossEntropy_f32(loss: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): i32 { return crossEntropy<f32>(loss, lse, logits, targets, rows, classes); }
export function crossEntropy_f64(loss: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): i32 { return crossEntropy<f64>(loss, lse, logits, targets, rows, classes); }

/**
 * `crossEntropyGrad_dtype(out, g, lse, logits, targets, rows, classes)`, g one a row:
 * out[j] = g (p[j] - [j = t]). As `lse` is rounded, it serves as the shift of the exponentials only and
 * their sum, near 1, is made again. Targets are those that `crossEntropy` has checked. `out` may be `logits`.
 */
// @ts-ignore: decorator
@inline
function crossEntropyGrad<T>(
  out: usize,
  g: usize,
  lse: usize,
  logits: usize,
  targets: usize,
  rows: i32,
  classes: i32,
): void {
  const terms = chunkTerms();
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(elementAt<i32>(targets, row));
    const shift = <f64>load<T>(elementAt<T>(lse, row));
    const sum = sumOfExponentials<T>(logits, classes, shift);
    const scale = <f64>load<T>(elementAt<T>(g, row)) / sum;
    for (let first = 0; first < classes; first += CHUNK) {
      const count = min(CHUNK, classes - first);
      if (classes > CHUNK) exponentials<T>(terms, elementAt<T>(logits, first), count, shift);
      for (let j = 0; j < count; j++) {
        let e = load<f64>(elementAt<f64>(terms, j));
        if (first + j == target) e -= sum;
        store<T>(elementAt<T>(out, first + j), <T>(e * scale));
      }
    }
    logits = elementAt<T>(logits, classes);
    out = elementAt<T>(out, classes);
  }
}

export function crossEntropyGrad_f32(out: usize, g: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropyGrad<f32>(out, g, lse, logits, targets, rows, classes); }
export function crossEntropyGrad_f64(out: usize, g: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropyGrad<f64>(out, g, lse, logits, targets, rows, classes); }

/** `crossEntropySoft_dtype(loss, lse, logits, targets, rows, classes)`, targets of the logits' shape. */
// @ts-ignore: decorator
@inline
function crossEntropySoft<T>(
  loss: usize,
  lse: usize,
  logits: usize,
  targets: usize,
  rows: i32,
  classes: i32,
): void {
  const sums = scratch;
  const terms = chunkTerms();
  for (let row = 0; row < rows; row++) {
    const m = <f64>extremumOfRow<T, Larger>(logits, classes);
    const logSum = NativeMath.log(sumOfExponentials<T>(logits, classes, m));
    clearLanes<f64>(sums);
    for (let first = 0; first < classes; first += CHUNK) {
      const count = min(CHUNK, classes - first);
      for (let j = 0; j < count; j++) {
        const logit = <f64>load<T>(elementAt<T>(logits, first + j));
        const target = <f64>load<T>(elementAt<T>(targets, first + j));
        store<f64>(elementAt<f64>(terms, j), target * (m - logit + logSum));
      }
      addToLanes<f64, f64>(sums, terms, count);
    }
    store<T>(elementAt<T>(loss, row), <T>joinedLanes<f64>(sums));
    store<T>(elementAt<T>(lse, row), <T>(m + logSum));
    logits = elementAt<T>(logits, classes);
    targets = elementAt<T>(targets, classes);
  }
}

export function crossEntropySoft_f32(loss: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropySoft<f32>(loss, lse, logits, targets, rows, classes); }
export function crossEntropySoft_f64(loss: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropySoft<f64>(loss, lse, logits, targets, rows, classes); }

/**
 * `crossEntropySoftGrad_dtype(out, g, lse, logits, targets, rows, classes)`:
 * out[j] = g (p[j] sum t[k] - t[j]), `lse` as in `crossEntropyGrad`. `out` may be `logits` or `targets`.
 */
// @ts-ignore: decorator
@inline
function crossEntropySoftGrad<T>(
  out: usize,
  g: usize,
  lse: usize,
  logits: usize,
  targets: usize,
  rows: i32,
  classes: i32,
): void {
  const terms = chunkTerms();
  for (let row = 0; row < rows; row++) {
    const gradient = <f64>load<T>(elementAt<T>(g, row));
    const shift = <f64>load<T>(elementAt<T>(lse, row));
    const weight = laneSum<f64, T>(targets, classes);
    const scale = weight / sumOfExponentials<T>(logits, classes, shift);
    for (let first = 0; first < classes; first += CHUNK) {
      const count = min(CHUNK, classes - first);
      if (classes > CHUNK) exponentials<T>(terms, elementAt<T>(logits, first), count, shift);
      for (let j = 0; j < count; j++) {
        const share = load<f64>(elementAt<f64>(terms, j)) * scale;
        const target = <f64>load<T>(elementAt<T>(targets, first + j));
        store<T>(elementAt<T>(out, first + j), <T>(gradient * (share - target)));
      }
    }
    logits = elementAt<T>(logits, classes);
    targets = elementAt<T>(targets, classes);
    out = elementAt<T>(out, classes);
  }
}

export function crossEntropySoftGrad_f32(out: usize, g: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropySoftGrad<f32>(out, g, lse, logits, targets, rows, classes); }
export function crossEntropySoftGrad_f64(out: usize, g: usize, lse: usize, logits: usize, targets: usize, rows: i32, classes: i32): void { crossEntropySoftGrad<f64>(out, g, lse, logits, targets, rows, classes); }
