/**
 * Elements chosen along one axis by an index each. The indices, and what is gathered or scattered, are contiguous
 * and walked row by row; the other side is a tensor of as many axes in which the place of an element is
 * given by `meta`, the address of i32 words [ndim, shape of the indices.., strides..] with a stride of 0 along
 * the axis, and by `step` times its index. The indices have been checked.
 *
 * `gatherElementsB(out, x, indices, step, meta)`: out[p] = x[place of p], elements of B bytes.
 * `scatterElementsB(out, x, indices, step, meta)`: out[place of p] = x[p]; the last of several stays.
 * `scatterName_dtype(out, x, indices, step, meta)`: out[place of p] is combined with x[p]; several in the order of p.
 */
import { elementAt, metaWord } from './broadcast';
import { Product, Sum } from './scan-step';

class Take {
  @inline move<T>(flat: usize, place: usize): void { store<T>(flat, load<T>(place)); }
}

class Put {
  @inline move<T>(flat: usize, place: usize): void { store<T>(place, load<T>(flat)); }
}

class Combine<Step> {
  @inline move<T>(flat: usize, place: usize): void {
    store<T>(place, changetype<Step>(0).next<T>(load<T>(place), load<T>(flat)));
  }
}

/** The larger; NaN where either is. */
class Largest {
  @inline next<S>(state: S, x: S): S { return x > state || x != x ? x : state; }
}

class Smallest {
  @inline next<S>(state: S, x: S): S { return x < state || x != x ? x : state; }
}

/** Does everything from `axis` on and returns how many elements that were. */
function overAxes<T, Move>(flat: usize, place: usize, indices: usize, step: i32, meta: usize, axis: i32): i32 {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const stride = metaWord(meta, ndim + axis);
  if (axis == ndim) {
    const move = changetype<Move>(0);
    for (let i = 0; i < size; i++) {
      const index = load<i32>(elementAt<i32>(indices, i));
      move.move<T>(elementAt<T>(flat, i), elementAt<T>(place, i * stride + index * step));
    }
    return size;
  }
  let done = 0;
  for (let i = 0; i < size; i++) {
    done += overAxes<T, Move>(
      elementAt<T>(flat, done),
      elementAt<T>(place, i * stride),
      elementAt<i32>(indices, done),
      step,
      meta,
      axis + 1,
    );
  }
  return done;
}

export function gatherElements1(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u8, Take>(out, x, indices, step, meta, 1); }
export function gatherElements4(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u32, Take>(out, x, indices, step, meta, 1); }
export function gatherElements8(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u64, Take>(out, x, indices, step, meta, 1); }
export function scatterElements1(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u8, Put>(x, out, indices, step, meta, 1); }
export function scatterElements4(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u32, Put>(x, out, indices, step, meta, 1); }
export function scatterElements8(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<u64, Put>(x, out, indices, step, meta, 1); }

export function scatterSum_f32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f32, Combine<Sum>>(x, out, indices, step, meta, 1); }
export function scatterSum_f64(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f64, Combine<Sum>>(x, out, indices, step, meta, 1); }
export function scatterSum_i32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<i32, Combine<Sum>>(x, out, indices, step, meta, 1); }
export function scatterProd_f32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f32, Combine<Product>>(x, out, indices, step, meta, 1); }
export function scatterProd_f64(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f64, Combine<Product>>(x, out, indices, step, meta, 1); }
export function scatterProd_i32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<i32, Combine<Product>>(x, out, indices, step, meta, 1); }
export function scatterMax_f32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f32, Combine<Largest>>(x, out, indices, step, meta, 1); }
export function scatterMax_f64(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f64, Combine<Largest>>(x, out, indices, step, meta, 1); }
export function scatterMax_i32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<i32, Combine<Largest>>(x, out, indices, step, meta, 1); }
export function scatterMin_f32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f32, Combine<Smallest>>(x, out, indices, step, meta, 1); }
export function scatterMin_f64(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<f64, Combine<Smallest>>(x, out, indices, step, meta, 1); }
export function scatterMin_i32(out: usize, x: usize, indices: usize, step: i32, meta: usize): void { overAxes<i32, Combine<Smallest>>(x, out, indices, step, meta, 1); }
