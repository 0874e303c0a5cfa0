import { bytesPerElement, engine } from '@dltrain/core';
import type { UpdateSpan } from '@dltrain/nn';
import type { Block } from './parameter-layout.js';
import type { GenerationPlace } from './run-layout.js';

/** How a block of a slice gets from one generation to the next. */
export interface BlockUpdate {
  readonly block: Block;
  /** Bytes from the start of a generation, and how many. */
  readonly offset: number;
  readonly bytes: number;
  /** What the optimizer's rule is told. Each step fills in the gradient and the numbers. */
  readonly span: { -readonly [K in keyof UpdateSpan]: UpdateSpan[K] };
}

/** How a rank's slice gets from one generation to the next. */
export interface SliceUpdate {
  readonly updates: readonly BlockUpdate[];
  /** How often each parameter was updated, in the generation in force and in the next. */
  readonly updateCounts: Int32Array;
  readonly nextUpdateCounts: Int32Array;
}

/** Made once for each direction, because a step goes through hundreds of blocks. */
export function planSliceUpdate(
  slice: readonly Block[],
  parameters: number,
  now: GenerationPlace,
  next: GenerationPlace,
): SliceUpdate {
  const { memory } = engine();
  return {
    updates: slice.map((block) => {
      const { slot, start, count } = block;
      const size = bytesPerElement(slot.dtype);
      const offset = slot.offset + start * size;
      const place = (from: number, to: number) => ({ from: from + offset, to: to + offset });
      const span = {
        dtype: slot.dtype,
        count,
        parameter: place(now.parameters, next.parameters),
        states: now.states.map((state, i) => place(state, next.states[i] ?? 0)),
        ...{ gradient: 0, gradientScale: 0, learningRate: 0, step: 0 },
      };
      return { block, offset, bytes: count * size, span };
    }),
    updateCounts: new Int32Array(memory, now.updates, parameters),
    nextUpdateCounts: new Int32Array(memory, next.updates, parameters),
  };
}
