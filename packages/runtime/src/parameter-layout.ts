import { bytesPerElement, elementCount, type FloatDType } from '@dltrain/core';
import { normBlockSize } from '@dltrain/nn';

/**
 * Elements that are reduced, checked and updated together; a slice is a run of whole blocks. They
 * are the blocks of the gradient's norm, so that it does not depend on where slices end.
 */
export const blockSize = normBlockSize;
const alignment = 64;

/** One parameter's place in a generation; all generations and all states are laid out alike. */
export interface ParameterSlot {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: FloatDType;
  readonly count: number;
  /** Bytes from the start of the generation. */
  readonly offset: number;
}

/** A block: `count` elements of one parameter, `start` elements from its beginning. */
export interface Block {
  readonly index: number;
  readonly slot: ParameterSlot;
  readonly start: number;
  readonly count: number;
}

export interface ParameterLayout {
  readonly slots: readonly ParameterSlot[];
  readonly blocks: readonly Block[];
  /** Bytes of one copy of all parameters. */
  readonly bytes: number;
}

/** Lays parameters side by side, each at a cache line, and cuts them into blocks. */
export function layOutParameters(
  parameters: readonly { name: string; shape: readonly number[]; dtype: FloatDType }[],
): ParameterLayout {
  const slots: ParameterSlot[] = [];
  const blocks: Block[] = [];
  let offset = 0;
  for (const { name, shape, dtype } of parameters) {
    const count = elementCount(shape);
    const slot = { index: slots.length, name, shape, dtype, count, offset };
    slots.push(slot);
    for (let start = 0; start < count; start += blockSize) {
      blocks.push({
        index: blocks.length,
        slot,
        start,
        count: Math.min(blockSize, count - start),
      });
    }
    offset += Math.ceil((count * bytesPerElement(dtype)) / alignment) * alignment;
  }
  return { slots, blocks, bytes: offset };
}

/** The blocks that a rank reduces and updates. */
export function blocksOf(layout: ParameterLayout, rank: number, workers: number): Block[] {
  const { blocks } = layout;
  return blocks.slice(
    Math.floor((rank * blocks.length) / workers),
    Math.floor(((rank + 1) * blocks.length) / workers),
  );
}
