import { afterEach, describe, expect, it, vi } from 'vitest';
import { ControlBlock, controlBlockBytes } from './control-block.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('ControlBlock', () => {
  it('clears every word, one by one with Atomics', () => {
    const buffer = new SharedArrayBuffer(controlBlockBytes(2));
    const cells = new Int32Array(buffer).fill(7);
    const store = vi.spyOn(Atomics, 'store');
    new ControlBlock(buffer, 0, 2).clear();
    expect(cells).toEqual(new Int32Array(cells.length));
    expect(store).toHaveBeenCalledTimes(cells.length);
  });
});
