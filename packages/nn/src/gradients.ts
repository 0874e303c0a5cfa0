import type { Tensor } from '@dltrain/core';

/**
 * Takes a leaf's gradient away and gives its memory back, unless the gradient was kept or is itself
 * part of a graph. `reason` completes "was released ...".
 */
export function dropGradient(leaf: Tensor, reason: string): void {
  const { grad } = leaf;
  leaf.grad = null;
  if (grad !== null && grad.node === null) grad.storage.release?.(reason);
}
