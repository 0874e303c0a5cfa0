/**
 * The scratch region of this instance. Kernels use it within one call only; it holds nothing from
 * one call to the next.
 */
export let scratch: usize = 0;

/** The bound that every kernel keeps to. */
export const SCRATCH_BYTES: i32 = 4 * 1024 * 1024;

export function moveScratch(address: usize): void {
  scratch = address;
}
