import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, InvalidFreeError, OutOfMemoryError } from './heap.js';

describe('Heap', () => {
  it('hands out whole cache lines from the lowest address', () => {
    const heap = new Heap(100, 1100);
    expect(heap.capacity).toBe(960);
    expect(heap.allocate(1, 'a')).toBe(128);
    expect(heap.allocate(65, 'b')).toBe(192);
    expect(heap.allocate(0, 'c')).toBe(320);
    expect(heap.used).toBe(256);
  });

  it('takes the smallest free block that fits', () => {
    const heap = new Heap(0, 4096);
    const [large, , small] = [1024, 64, 256, 64].map((bytes) => heap.allocate(bytes, 'x'));
    heap.free(large ?? -1);
    heap.free(small ?? -1);
    expect(heap.allocate(200, 'x')).toBe(small);
    expect(heap.allocate(200, 'x')).toBe(large);
  });

  it('joins neighbours, so that everything fits again once all is free', () => {
    const heap = new Heap(0, 64 * 64);
    const blocks = Array.from({ length: 64 }, () => heap.allocate(64, 'x'));
    expect(heap.largestFree).toBe(0);
    for (const i of [1, 3, 2]) heap.free(blocks[i] ?? -1);
    expect(heap.largestFree).toBe(3 * 64);
    blocks.filter((_, i) => i === 0 || i > 3).forEach((block) => heap.free(block));
    expect(heap.largestFree).toBe(heap.capacity);
    expect(heap.used).toBe(0);
  });

  it('says who holds the memory when it runs out', () => {
    const heap = new Heap(0, 4 * 2 ** 20);
    heap.allocate(2 ** 20, 'weights');
    heap.allocate(2 ** 20, 'batch');
    heap.allocate(2 ** 20, 'batch');
    const ask = () => heap.allocate(2 ** 21, 'relu');
    expect(ask).toThrow(OutOfMemoryError);
    expect(ask).toThrow('relu asks for 2.0 MiB, the largest free piece is 1.0 MiB of 4.0 MiB');
    expect(ask).toThrow('batch 2.0 MiB in 2, weights 1.0 MiB in 1');
    expect(heap.allocate(2 ** 20, 'relu')).toBe(3 * 2 ** 20);
  });

  it('refuses what is no block in use', () => {
    const heap = new Heap(0, 4096);
    const address = heap.allocate(64, 'x');
    heap.free(address);
    expect(() => heap.free(address)).toThrow(InvalidFreeError);
    expect(() => heap.free(64)).toThrow('address 64 is no block in use');
    expect(() => heap.allocate(-1, 'x')).toThrow('-1 is no number of bytes');
    expect(() => heap.allocate(NaN, 'x')).toThrow(OutOfMemoryError);
  });

  it('reaches to the end of a 32-bit memory', () => {
    const heap = new Heap(65536, 2 ** 32);
    expect(heap.allocate(2 ** 32 - 65536, 'all')).toBe(65536);
  });

  it('never hands out bytes twice, whatever is asked for and given back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ free: fc.boolean(), bytes: fc.nat(3000), pick: fc.nat(1000) })),
        (actions) => {
          const heap = new Heap(0, 32 * 1024);
          const used: { address: number; bytes: number }[] = [];
          for (const { free, bytes, pick } of actions) {
            if (free && used.length > 0) {
              const [block] = used.splice(pick % used.length, 1);
              if (block) heap.free(block.address);
            } else if (bytes <= heap.largestFree) {
              used.push({ address: heap.allocate(bytes, 'x'), bytes });
            }
          }
          const sorted = used.sort((a, b) => a.address - b.address);
          sorted.forEach(({ address, bytes }, i) => {
            expect(address % 64).toBe(0);
            expect(address + bytes).toBeLessThanOrEqual(sorted[i + 1]?.address ?? heap.capacity);
          });
        },
      ),
    );
  });
});
