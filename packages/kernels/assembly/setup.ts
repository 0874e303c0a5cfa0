import { moveScratch, SCRATCH_BYTES } from './scratch';
import { chooseTile } from './tile';

/** How many bytes of scratch the kernels of one instance need at most. */
export function scratchBytes(): i32 {
  return SCRATCH_BYTES;
}

/** Gives this instance its scratch region; `address` is a multiple of 64. Call it first. */
export function setScratch(address: usize): void {
  moveScratch(address);
}

/** Chooses the register tile of this instance by its number (tile.ts). */
export function setTile(id: i32): void {
  chooseTile(id);
}

/** Where the constants of the module end: they lie below the heaps. */
export function staticEnd(): usize {
  return __heap_base;
}
