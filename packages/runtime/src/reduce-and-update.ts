import { bytesPerElement, engine } from '@dltrain/core';
import { clipCoefficient, joinNorm, sumSquaresOfBlocks } from '@dltrain/nn';
import type { Block } from './parameter-layout.js';
import type { RankContext } from './rank-context.js';

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
  const { clipGradNorm, timeline } = context;
  const scale = 1 / totals.weight;
  context.enter('reduction');
  if (clipGradNorm === null) {
    for (const block of context.slice) {
      timeline?.enter('reduction');
      const gradient = reduceBlock(context, block);
      timeline?.enter('update');
      update(context, block, gradient, scale, totals.learningRate);
    }
    return null;
  }
  const gradients = context.slice.map((block) => {
    const gradient = reduceBlock(context, block);
    const { index, count, slot } = block;
    if (gradient === 0) context.squares[index] = 0;
    else sumSquaresOfBlocks(slot.dtype, gradient, count, context.squares, index);
    return gradient;
  });
  context.meet();
  const norm = joinNorm(context.squares) * scale;
  const clip = clipCoefficient(norm, clipGradNorm);
  context.enter('update');
  context.slice.forEach((block, i) => {
    update(context, block, gradients[i] ?? 0, scale * clip, totals.learningRate);
  });
  return norm;
}

/** Address of the summed gradient of a block, 0 when no leaf has one. */
function reduceBlock(context: RankContext, block: Block): number {
  const { slot, start, count } = block;
  // Without a norm to wait for, a block is done with before the next: one that stays in the cache.
  const target =
    context.clipGradNorm === null
      ? context.reducedBlock
      : context.layout.reduced + slot.offset + start * bytesPerElement(slot.dtype);
  const gradient = context.allReduce.reduce(block, target);
  if (gradient !== 0 && engine().kernel('allFinite', slot.dtype)(gradient, count) === 0) {
    context.control.setLowest('nonFinite', slot.index + 1);
  }
  return gradient;
}

/** Writes a block of the next generation: updated, or carried over where there is no gradient. */
function update(
  context: RankContext,
  block: Block,
  gradient: number,
  gradientScale: number,
  learningRate: number,
): void {
  const { slot, start, count } = block;
  const { dtype } = slot;
  const [now, next] = context.generations();
  const offset = slot.offset + start * bytesPerElement(dtype);
  const span = (from: number, to: number) => ({ from: from + offset, to: to + offset });
  const parameter = span(now.parameters, next.parameters);
  const states = now.states.map((state, i) => span(state, next.states[i] ?? 0));
  const updates = context.updateCounts(now)[slot.index] ?? 0;
  if (start === 0) {
    context.updateCounts(next)[slot.index] = gradient === 0 ? updates : updates + 1;
  }
  if (gradient === 0) {
    const bytes = new Uint8Array(engine().memory);
    for (const { from, to } of [parameter, ...states]) {
      bytes.copyWithin(to, from, from + count * bytesPerElement(dtype));
    }
    return;
  }
  context.rule.update({
    dtype,
    count,
    parameter,
    gradient,
    states,
    gradientScale,
    learningRate,
    step: updates + 1,
  });
}
