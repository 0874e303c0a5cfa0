import { beforeEach, describe, expect, it } from 'vitest';
import '../methods.js';
import { full } from '../create.js';
import { engine } from '../engine.js';
import { ValueError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { bernoulli, normal, rand, randint, randn, randperm, uniform } from './draw.js';
import { manualSeed, random } from './seed.js';

beforeEach(() => manualSeed(1234));

function moments(x: Tensor): { mean: number; std: number } {
  const mean = x.mean().item();
  return { mean, std: Math.sqrt(x.sub(mean).square().mean().item()) };
}

describe('a seed', () => {
  it('fixes what follows, call by call', () => {
    const first = [rand([5]), randn([5]), randperm(5)].map((x) => [...x.toArray()]);
    manualSeed(1234);
    const second = [rand([5]), randn([5]), randperm(5)].map((x) => [...x.toArray()]);
    expect(second).toEqual(first);
    expect([...rand([5]).toArray()]).not.toEqual(first[0]);
    manualSeed(1235);
    expect([...rand([5]).toArray()]).not.toEqual(first[0]);
  });

  it('uses all of its bits', () => {
    manualSeed(7);
    const low = rand([4]).toList();
    manualSeed(7 + 2 ** 32);
    expect(rand([4]).toList()).not.toEqual(low);
    for (const seed of [-1, 0.5, 2 ** 53, NaN]) expect(() => manualSeed(seed)).toThrow(ValueError);
  });

  it('gives a longer tensor the numbers of a shorter one first', () => {
    const short = randn([5]).toArray();
    manualSeed(1234);
    expect(randn([50]).toArray().slice(0, 5)).toEqual(short);
  });
});

describe('distributions', () => {
  it.each(['f32', 'f64'] as const)('have their moments in %s', (dtype) => {
    const even = uniform([100_000], -2, 4, { dtype });
    expect(even.dtype).toBe(dtype);
    expect(even.min().item()).toBeGreaterThanOrEqual(-2);
    expect(even.max().item()).toBeLessThan(4);
    expect(moments(even).mean).toBeCloseTo(1, 1);
    expect(moments(even).std).toBeCloseTo(6 / Math.sqrt(12), 1);
    const bell = normal([100_000], 3, 0.5, { dtype });
    expect(moments(bell).mean).toBeCloseTo(3, 2);
    expect(moments(bell).std).toBeCloseTo(0.5, 2);
    expect(
      bernoulli(full([100_000], 0.3, { dtype }))
        .mean()
        .item(),
    ).toBeCloseTo(0.3, 2);
  });

  it('draw whole numbers evenly', () => {
    const dice = randint(1, 7, [60_000]).toArray();
    const counts = new Map<number, number>();
    for (const face of dice) counts.set(face, (counts.get(face) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(randint(-5, -4, [3]).toList()).toEqual([-5, -5, -5]);
    expect(() => randint(3, 3, [1])).toThrow(ValueError);
  });

  it('put every number once into a permutation', () => {
    const order = [...randperm(100).toArray()];
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(randperm(0).shape).toEqual([0]);
    expect(() => randperm(1.5)).toThrow(ValueError);
    expect(() => normal([1], 0, -1)).toThrow(ValueError);
  });
});

describe('random()', () => {
  it('is the same for every leaf of a step, while tensors are not', () => {
    const leaf = (step: number, index: number) => {
      engine().random.reset(9, 'leaf', step, index);
      return { choice: [random(), random()], noise: rand([3]).toList() };
    };
    const [a, b, next] = [leaf(4, 0), leaf(4, 1), leaf(5, 0)];
    expect(b.choice).toEqual(a.choice);
    expect(b.noise).not.toEqual(a.noise);
    expect(next.choice).not.toEqual(a.choice);
    expect(a.choice[0]).not.toBe(a.choice[1]);
    for (const value of a.choice) expect(value >= 0 && value < 1).toBe(true);
  });

  it('has the bits that a kernel draws from the same place', () => {
    const place = engine().random.nextScalarCall();
    manualSeed(1234);
    const value = random();
    const out = rand([1], { dtype: 'f64' });
    engine().kernel('uniform', 'f64')(out.address(), 1, 0, 1, ...place);
    expect(out.item()).toBe(value);
  });
});
