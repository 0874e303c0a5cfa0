import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';

const keepAll = () => false;

async function readAll<T>(queue: AsyncIterable<T>, slowly = false): Promise<T[]> {
  const read: T[] = [];
  for await (const event of queue) {
    read.push(event);
    if (slowly) await turn();
  }
  return read;
}

describe('EventQueue', () => {
  it('hands over everything in order, to a fast reader and to a slow one', async () => {
    const queue = new EventQueue<number>(keepAll);
    const readers = [readAll(queue), readAll(queue, true)];
    for (let i = 0; i < 100; i++) {
      queue.push(i);
      if (i % 7 === 0) await turn();
    }
    queue.end();
    const all = Array.from({ length: 100 }, (_, i) => i);
    expect(await Promise.all(readers)).toEqual([all, all]);
  });

  it('gives a late reader what comes after it has begun', async () => {
    const queue = new EventQueue<string>(keepAll);
    queue.push('before');
    const late = readAll(queue);
    queue.push('after');
    queue.end();
    expect(await late).toEqual(['after']);
    expect(await readAll(queue)).toEqual([]);
  });

  it('goes on for the others when a reader leaves', async () => {
    const queue = new EventQueue<number>(keepAll);
    const leaving = (async () => {
      for await (const event of queue) if (event === 2) break;
    })();
    const staying = readAll(queue);
    for (let i = 0; i < 5; i++) queue.push(i);
    await leaving;
    queue.end();
    expect(await staying).toEqual([0, 1, 2, 3, 4]);
  });

  it('answers every call of next, and ends them all', async () => {
    const queue = new EventQueue<number>(keepAll);
    const reader = queue[Symbol.asyncIterator]();
    const calls = [reader.next(), reader.next(), reader.next()];
    await turn();
    queue.push(1);
    queue.push(2);
    await turn();
    await reader.return?.();
    expect(await Promise.all(calls)).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: undefined },
    ]);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('ends every iteration with the error of a failure, after all events and once', async () => {
    const queue = new EventQueue<number>(keepAll);
    const reader = queue[Symbol.asyncIterator]();
    queue.push(1);
    expect(queue.fail(new RangeError('it broke'))).toBe(true);
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await expect(reader.next()).rejects.toThrow('it broke');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    await expect(readAll(queue)).rejects.toThrow(RangeError);
  });

  it('tells whether somebody iterates who will hear of a failure', async () => {
    const queue = new EventQueue<number>(keepAll);
    await queue[Symbol.asyncIterator]().return?.();
    expect(queue.fail(new Error('nobody hears it'))).toBe(false);
  });

  it('drops the oldest that can be spared when a reader lags far behind', async () => {
    const queue = new EventQueue<number>((event) => event % 1000 !== 0);
    const reader = queue[Symbol.asyncIterator]();
    for (let i = 0; i < 200_000; i++) queue.push(i);
    queue.end();
    const read: number[] = [];
    for (let next = await reader.next(); !next.done; next = await reader.next()) {
      read.push(next.value);
    }
    expect(read.length).toBeLessThanOrEqual(65_536);
    expect(read.filter((event) => event % 1000 === 0)).toHaveLength(200);
    expect(read.at(-1)).toBe(199_999);
    expect(read).toEqual(read.toSorted((a, b) => a - b));
  });

  it('looks few times through what cannot be spared', async () => {
    let looks = 0;
    const queue = new EventQueue<number>(() => {
      looks++;
      return false;
    });
    const reader = queue[Symbol.asyncIterator]();
    for (let i = 0; i < 400_000; i++) queue.push(i);
    expect(looks).toBeLessThan(1_000_000);
    expect(await reader.next()).toEqual({ done: false, value: 0 });
  });
});
