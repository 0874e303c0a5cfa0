import type { FloatDType } from '@dltrain/core';

/** Where a kernel reads values and where it writes the new ones; the two may be one place. */
export interface FromTo {
  /** Byte address. */
  readonly from: number;
  /** Byte address. */
  readonly to: number;
}

/** A run of elements of one parameter, with all that its update needs. */
export interface UpdateSpan {
  readonly dtype: FloatDType;
  /** Number of elements. */
  readonly count: number;
  readonly parameter: FromTo;
  /** Byte address of the gradient. */
  readonly gradient: number;
  /** The state of these elements, in the order of the rule's `stateNames`; zeros before step 1. */
  readonly states: readonly FromTo[];
  /** What the gradient is multiplied by first: one over the weight of the batch, times clipping. */
  readonly gradientScale: number;
  readonly learningRate: number;
  /** How many updates this parameter has had, this one included: 1 at the first. */
  readonly step: number;
}

/**
 * How an optimizer changes weights: elementwise, so any cut of a parameter into spans gives the same
 * bits. One rule serves the plain optimizers, in place, and the training runtime, from one
 * generation of the weights to the next.
 */
export interface UpdateRule {
  /** One array of the parameter's size for each, such as `momentum`. */
  readonly stateNames: readonly string[];
  /** The span is filled in anew for the next call: nothing of it may be kept. */
  update(span: UpdateSpan): void;
}
