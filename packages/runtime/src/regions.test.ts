import { Engine, engine, full, installEngine, OutOfMemoryError } from '@dltrain/core';
import {
  compileKernels,
  Heap,
  instantiateKernels,
  reservedBytes,
  reserveMemory,
} from '@dltrain/kernels';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Regions } from './regions.js';

const before = engine();
const mebibyte = 2 ** 20;
beforeEach(() => {
  const memory = reserveMemory({ bytes: 32 * mebibyte });
  const kernels = instantiateKernels(compileKernels({ mode: 'exact' }), memory);
  installEngine(new Engine(kernels, new Heap(reservedBytes, memory.buffer.byteLength)));
});
afterEach(() => {
  installEngine(before);
});

describe('Regions', () => {
  it('take the room of tensors, which come back when they are used', () => {
    const { heap } = engine();
    const large = full([heap.largestFree - mebibyte], 7, { dtype: 'u8' });
    const regions = new Regions();
    const address = regions.allocate(8 * mebibyte, 'data');
    new Uint8Array(engine().memory, address, 8 * mebibyte).fill(1);
    regions.free();
    expect(new Set(large.toArray())).toEqual(new Set([7]));
  });

  it('name who holds the memory that there is not', () => {
    const regions = new Regions();
    regions.reserve(16 * mebibyte, 'arena of rank 0');
    expect(() => regions.reserve(16 * mebibyte, 'arena of rank 1')).toThrow(OutOfMemoryError);
    expect(() => regions.reserve(16 * mebibyte, 'arena of rank 1')).toThrow(/'arena of rank 0'/);
  });
});
