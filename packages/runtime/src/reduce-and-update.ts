import { engine } from '@dltrain/core';
import { clipCoefficient, joinNorm, sumSquaresOfBlocks } from '@dltrain/nn';
import type { Block } from './parameter-layout.js';
import type { RankContext } from './rank-context.js';
import type { BlockUpdate, SliceUpdate } from './slice-update.js';

/** What a step knows once all leaves are done. */
export interface StepTotals {
  /** Sum of the weights of all leaves: what sums are divided by. */
  readonly weight: number;
  readonly learningRate: number;
}

/**
 * The second half of a step: sums this rank's slice of the gradients of all ranks and updates the
 * same slice of the parameters, from the generation in force to the other one. Every rank does so
 * with its slice, which takes the place of an all-gather.
 *
 * Clipping needs the norm of the whole gradient first, so there the ranks meet in between.
 *
 * @returns the norm of the gradient, or null when it was not needed
 */
export function reduceAndUpdate(context: RankContext, totals: StepTotals): number | null {
  const { clipGradNorm } = context;
  const slice = context.slice();
  const scale = 1 / totals.weight;
  if (clipGradNorm === null) {
    for (const update of slice.updates) {
      context.enter('reduction');
      // Without a norm to wait for, a block is done with before the next: one that stays in the cache.
      const gradient = reduceBlock(context, update.block, context.reducedBlock);
      context.enter('update');
      updateBlock(context, slice, update, gradient, scale, totals.learningRate);
    }
    return null;
  }
  context.enter('reduction');
  const gradients = slice.updates.map((update) => {
    const { block, offset } = update;
    const gradient = reduceBlock(context, block, context.layout.reduced + offset);
    const { index, count, slot } = block;
    if (gradient === 0) context.squares[index] = 0;
    else sumSquaresOfBlocks(slot.dtype, gradient, count, context.squares, index);
    return gradient;
  });
  context.meet();
  const norm = joinNorm(context.squares) * scale;
  const clip = clipCoefficient(norm, clipGradNorm);
  context.enter('update');
  slice.updates.forEach((update, i) => {
    updateBlock(context, slice, update, gradients[i] ?? 0, scale * clip, totals.learningRate);
  });
  return norm;
}

/** Takes this rank's slice to the next generation as it is, whatever an update has written there. */
export function carryOver(context: RankContext): void {
  context.enter('update');
  const slice = context.slice();
  for (const update of slice.updates) {
    carryBlockOver(slice, update);
  }
}

/** Address of the summed gradient of a block, 0 when no leaf has one; sums are formed at `target`. */
function reduceBlock(context: RankContext, block: Block, target: number): number {
  const { slot, count } = block;
  const gradient = context.allReduce.reduce(block, target);
  if (gradient !== 0 && engine().kernel('allFinite', slot.dtype)(gradient, count) === 0) {
    context.control.setLowest('nonFinite', slot.index + 1);
  }
  return gradient;
}

/** Writes a block of the next generation: updated, or carried over where there is no gradient. */
function updateBlock(
  context: RankContext,
  slice: SliceUpdate,
  update: BlockUpdate,
  gradient: number,
  gradientScale: number,
  learningRate: number,
): void {
  const { block, span } = update;
  const { index } = block.slot;
  const updates = slice.updateCounts[index] ?? 0;
  if (gradient === 0) {
    carryBlockOver(slice, update);
    return;
  }
  if (block.start === 0) slice.nextUpdateCounts[index] = updates + 1;
  span.gradient = gradient;
  span.gradientScale = gradientScale;
  span.learningRate = learningRate;
  span.step = updates + 1;
  context.rule.update(span);
}

function carryBlockOver(
  { updateCounts, nextUpdateCounts }: SliceUpdate,
  { block, span, bytes }: BlockUpdate,
): void {
  const { index } = block.slot;
  if (block.start === 0) nextUpdateCounts[index] = updateCounts[index] ?? 0;
  const memory = new Uint8Array(engine().memory);
  for (const { from, to } of [span.parameter, ...span.states]) {
    memory.copyWithin(to, from, from + bytes);
  }
}
