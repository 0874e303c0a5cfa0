import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap, InvalidFreeError, OutOfMemoryError } from './heap.js';

const kilobyte = 1024;

describe('Heap', () => {
  it('returns addresses that are multiples of 64, inside its region', () => {
    const heap = new Heap(1000, 1000 + 64 * kilobyte);
    for (const bytes of [1, 64, 65, 1000, 0]) {
      const address = heap.allocate(bytes, 'x');
      expect(address % 64).toBe(0);
      expect(address).toBeGreaterThanOrEqual(1000);
      expect(address + bytes).toBeLessThanOrEqual(1000 + 64 * kilobyte);
    }
  });

  it('counts whole cache lines', () => {
    const heap = new Heap(0, 64 * kilobyte);
    expect(heap.capacity).toBe(64 * kilobyte);
    const a = heap.allocate(65, 'a');
    heap.allocate(0, 'b');
    expect(heap.used).toBe(128 + 64);
    expect(heap.largestFree).toBe(64 * kilobyte - 192);
    heap.free(a);
    expect(heap.used).toBe(64);
    heap.allocate(64, 'c');
    expect(heap.peak).toBe(192);
    heap.restartPeak();
    expect(heap.peak).toBe(128);
  });

  it('merges a freed block with both neighbours', () => {
    const heap = new Heap(0, 4 * kilobyte);
    const blocks = [0, 1, 2, 3].map(() => heap.allocate(kilobyte, 'x'));
    expect(heap.largestFree).toBe(0);
    const [a = 0, b = 0, c = 0, d = 0] = blocks;
    heap.free(a);
    heap.free(c);
    expect(heap.largestFree).toBe(kilobyte);
    heap.free(b);
    expect(heap.largestFree).toBe(3 * kilobyte);
    heap.free(d);
    expect(heap.largestFree).toBe(4 * kilobyte);
    expect(heap.allocate(4 * kilobyte, 'all')).toBe(a);
  });

  it('takes the smallest block that fits', () => {
    const heap = new Heap(0, 64 * kilobyte);
    const large = heap.allocate(10 * kilobyte, 'x');
    heap.allocate(64, 'wall');
    const small = heap.allocate(9 * kilobyte, 'x');
    heap.allocate(64, 'wall');
    heap.free(small);
    heap.free(large);
    expect(heap.allocate(8.5 * kilobyte, 'y')).toBe(small);
    expect(heap.allocate(9.5 * kilobyte, 'y')).toBe(large);
  });

  it('says who holds the most when it is exhausted', () => {
    const heap = new Heap(0, 8 * kilobyte);
    heap.allocate(kilobyte, 'activations');
    heap.allocate(kilobyte, 'activations');
    heap.allocate(3 * kilobyte, 'weights');
    const attempt = () => heap.allocate(4 * kilobyte, 'logits');
    expect(attempt).toThrow(OutOfMemoryError);
    expect(attempt).toThrow(/4\.0 KiB for 'logits'.*5\.0 KiB of 8\.0 KiB.*3\.0 KiB/s);
    expect(attempt).toThrow(/3\.0 KiB in 1 of 'weights'\n +2\.0 KiB in 2 of 'activations'/);
    expect(heap.holders()).toEqual([
      { label: 'weights', bytes: 3 * kilobyte, blocks: 1 },
      { label: 'activations', bytes: 2 * kilobyte, blocks: 2 },
    ]);
    expect(heap.allocate(3 * kilobyte, 'fits')).toBe(5 * kilobyte);
  });

  it('rejects an address that is freed twice or was never allocated', () => {
    const heap = new Heap(0, 8 * kilobyte);
    const address = heap.allocate(128, 'x');
    expect(() => {
      heap.free(address + 64);
    }).toThrow(InvalidFreeError);
    heap.free(address);
    expect(() => {
      heap.free(address);
    }).toThrow(/freed before or never allocated/);
    expect(heap.used).toBe(0);
  });

  it('rejects regions and sizes that make no sense', () => {
    expect(() => new Heap(100, 120)).toThrow(RangeError);
    const heap = new Heap(0, kilobyte);
    expect(() => heap.allocate(-1, 'x')).toThrow(RangeError);
    expect(() => heap.allocate(NaN, 'x')).toThrow(RangeError);
  });

  it('reaches beyond 2 GiB, and leaves the last cache line of 4 GiB free', () => {
    const heap = new Heap(65536, 2 ** 32);
    expect(heap.capacity).toBe(2 ** 32 - 65536 - 64);
    const low = heap.allocate(3 * 2 ** 30, 'large');
    const high = heap.allocate(64, 'high');
    expect(high).toBe(low + 3 * 2 ** 30);
    heap.free(low);
    heap.free(high);
    expect(heap.largestFree).toBe(heap.capacity);
  });

  it('never overlaps blocks, and is whole again when all are freed', () => {
    const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(4000)), { maxLength: 200 });
    fc.assert(
      fc.property(operations, (steps) => {
        const heap = new Heap(64, 64 + 32 * kilobyte);
        const live: { address: number; bytes: number }[] = [];
        for (const [allocate, number] of steps) {
          if (allocate) {
            try {
              live.push({ address: heap.allocate(number, 'x'), bytes: number });
            } catch (error) {
              expect(error).toBeInstanceOf(OutOfMemoryError);
              expect(heap.largestFree).toBeLessThan(number);
            }
          } else if (live.length > 0) {
            const [block] = live.splice(number % live.length, 1);
            if (block) heap.free(block.address);
          }
          const sorted = [...live].sort((a, b) => a.address - b.address);
          sorted.forEach((block, i) => {
            const next = sorted[i + 1];
            if (next)
              expect(block.address + Math.max(1, block.bytes)).toBeLessThanOrEqual(next.address);
          });
        }
        for (const block of live) heap.free(block.address);
        expect(heap.used).toBe(0);
        expect(heap.largestFree).toBe(heap.capacity);
      }),
      { numRuns: 50 },
    );
  });
});
