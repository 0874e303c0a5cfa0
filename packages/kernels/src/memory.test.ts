import { describe, expect, it } from 'vitest';
import { MemoryReservationError, reservedBytes, reserveMemory } from './memory.js';

const page = 65536;

describe('reserveMemory', () => {
  it('reserves shared memory of the size asked for, in whole pages', () => {
    const memory = reserveMemory({ bytes: 3 * page + 1 });
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(memory.buffer.byteLength).toBe(4 * page);
  });

  it('reserves as much as can be had by default, up to 4 GiB', () => {
    const { byteLength } = reserveMemory().buffer;
    expect(byteLength).toBeLessThanOrEqual(2 ** 32);
    expect(Number.isInteger(Math.log2(byteLength))).toBe(true);
    expect(byteLength).toBeGreaterThan(reservedBytes);
  });

  it.each([0, -1, NaN, 2 ** 32 + 1])('rejects %d bytes', (bytes) => {
    expect(() => reserveMemory({ bytes })).toThrow(MemoryReservationError);
    expect(() => reserveMemory({ bytes })).toThrow(/between 1 byte and 4 GiB/);
  });
});
