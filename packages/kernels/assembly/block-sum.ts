import { kBlock } from './k-blocks';

/**
 * A sum in the order rule, a term at a time, for the plain kernels: begin(k), k times add(term),
 * total(). It is kept in f64, which holds each f32 as it is; the arithmetic is that of T.
 */
let block: i32 = 0;
let left: i32 = 0;
let earlier: f64 = 0;
let part: f64 = 0;
let first: bool = true;

export function beginSum(k: i32): void {
  block = kBlock(k);
  left = block;
  part = 0;
  first = true;
}

export function addTerm<T>(term: T): void {
  if (left == 0) {
    earlier = <f64>total<T>();
    first = false;
    part = 0;
    left = block;
  }
  part = <f64>(<T>part + term);
  left -= 1;
}

export function total<T>(): T {
  return first ? <T>part : <T>earlier + <T>part;
}
