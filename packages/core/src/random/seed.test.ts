import { describe, expect, it } from 'vitest';
import { rand } from './draw.js';
import { manualSeed, random, withSeed } from './seed.js';

/** Draws before and after something is awaited. */
async function drawTwice(pause: Promise<unknown>): Promise<number[]> {
  const before = [...rand([2]).toArray(), random()];
  await pause;
  return [...before, ...rand([2]).toArray(), random()];
}

describe('withSeed', () => {
  it('gives work its own numbers while other work is under way, and while some never ends', async () => {
    const alone = await withSeed(5, () => drawTwice(Promise.resolve()));
    void withSeed(6, () => drawTwice(new Promise(() => undefined)));
    let goOn = (): void => undefined;
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const first = withSeed(5, () => drawTwice(paused));
    const second = withSeed(5, () => drawTwice(paused));
    goOn();
    expect(await Promise.all([first, second])).toEqual([alone, alone]);
  });

  it('leaves the numbers of the caller as they were, meanwhile and later', async () => {
    manualSeed(1);
    const expected = [random(), random()];
    manualSeed(1);
    let goOn = (): void => undefined;
    const work = withSeed(2, () => drawTwice(new Promise<void>((resolve) => (goOn = resolve))));
    const drawn = [random()];
    goOn();
    await work;
    expect([...drawn, random()]).toEqual(expected);
  });

  it('refuses a seed that is none', async () => {
    await expect(withSeed(-1, () => 0)).rejects.toThrow(/whole number/);
  });
});
