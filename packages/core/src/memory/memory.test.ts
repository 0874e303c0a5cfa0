import {
  Heap,
  OutOfMemoryError,
  compileKernels,
  instantiateKernels,
  reserveMemory,
  reservedBytes,
} from '@dltrain/kernels';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import '../methods.js';
import { noGrad } from '../autodiff/no-grad.js';
import { full, tensor, zeros } from '../create.js';
import { Engine, engine, installEngine } from '../engine.js';
import { ReleasedError } from '../errors.js';
import { argmax } from '../ops/reductions/argmax.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { linear } from '../ops/linear-algebra/linear.js';
import { rand, randn } from '../random/draw.js';
import { manualSeed } from '../random/seed.js';
import { scope } from './scoped.js';
import type { Tensor } from '../tensor.js';

const before = engine();
const compiled = compileKernels({ mode: 'exact' });

/** An engine over a heap of its own, so that what is counted is what the test did. */
function freshEngine(megabytes: number, movable = true): Engine {
  const memory = reserveMemory({ bytes: megabytes * 2 ** 20 });
  const made = new Engine(
    instantiateKernels(compiled, memory),
    new Heap(reservedBytes, memory.buffer.byteLength),
    { movable },
  );
  installEngine(made);
  return made;
}

beforeEach(() => {
  freshEngine(256);
  manualSeed(1);
});
afterEach(() => installEngine(before));

/** A two-layer net whose parameters are updated by hand. */
class SmallNet {
  readonly parameters: Tensor[];

  constructor() {
    const parameter = (shape: number[]) => {
      const made = randn(shape).mul(0.3).detach();
      made.requiresGrad = true;
      return made;
    };
    this.parameters = [parameter([16, 8]), parameter([16]), parameter([3, 16]), parameter([3])];
  }

  forward(x: Tensor): Tensor {
    const [w1, b1, w2, b2] = this.parameters;
    if (!w1 || !b1 || !w2 || !b2) throw new Error('the net lost a parameter');
    return linear(linear(x, w1, b1).relu(), w2, b2);
  }

  step(rate: number): void {
    for (const parameter of this.parameters) {
      if (parameter.grad === null) throw new Error('a parameter has no gradient');
      parameter.assign(noGrad(() => parameter.sub(parameter.grad?.mul(rate) ?? 0)));
      parameter.grad = null;
    }
  }
}

/** A batch as a user has it: arrays, from which tensors are made inside the loop. */
function batchOf(i: number): { x: Tensor; target: Tensor } {
  const values = Float32Array.from({ length: 4 * 8 }, (_, k) => ((k * 7 + i) % 13) / 13);
  const classes = Int32Array.from({ length: 4 }, (_, k) => (k + i) % 3);
  return { x: tensor(values, { shape: [4, 8] }), target: tensor(classes) };
}

interface Usage {
  readonly heap: number;
  readonly objects: number;
}

/** Runs a loop and looks at the memory a tenth into it and at its end. */
function usageOver(steps: number, body: (i: number) => void): [early: Usage, late: Usage] {
  const now = (): Usage => ({
    heap: engine().heap.used,
    objects: process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers,
  });
  let early = now();
  let most = 0;
  for (let i = 0; i < steps; i++) {
    body(i);
    if (i === steps / 10) early = now();
    if (i >= steps / 10) most = Math.max(most, engine().heap.used);
  }
  return [early, { ...now(), heap: most }];
}

/** Of the heap: what waits to be moved out, with all that a step holds. */
const heapBound = 24 * 2 ** 20;
/** Of JavaScript: garbage that was not collected yet. */
const objectsBound = 160 * 2 ** 20;

function expectFlat([early, late]: [Usage, Usage]): void {
  expect(late.heap).toBeLessThan(heapBound);
  expect(late.objects - early.objects).toBeLessThan(objectsBound);
}

describe('a plain synchronous loop', () => {
  it('trains for 10,000 steps in flat memory', () => {
    const net = new SmallNet();
    let loss = NaN;
    const usage = usageOver(10_000, (i) => {
      const { x, target } = batchOf(i);
      const output = crossEntropy(net.forward(x), target);
      output.backward();
      net.step(0.05);
      loss = output.item();
    });
    expectFlat(usage);
    expect(loss).toBeGreaterThan(0);
  });

  it('predicts 10,000 times in flat memory, recording or not', () => {
    const net = new SmallNet();
    let sum = 0;
    const recorded = usageOver(10_000, (i) => {
      sum += argmax(net.forward(batchOf(i).x), { axis: 1 }).toArray()[0] ?? 0;
    });
    expectFlat(recorded);
    const unrecorded = usageOver(10_000, (i) => {
      sum += noGrad(() => argmax(net.forward(batchOf(i).x), { axis: 1 })).toArray()[0] ?? 0;
    });
    expectFlat(unrecorded);
    expect(sum).toBeGreaterThan(0);
  });

  it('holds no more after a scope than before it', () => {
    const net = new SmallNet();
    const { x } = batchOf(0);
    noGrad(() => net.forward(x));
    engine().residency.flush();
    const { used } = engine().heap;
    for (let i = 0; i < 10; i++) {
      const y = noGrad(() => net.forward(x));
      y.storage.release?.('by the test');
    }
    engine().residency.flush();
    expect(engine().heap.used).toBe(used);
  });
});

describe('what a forward pass recorded', () => {
  it('stays readable after backward(), until the next one has finished', () => {
    const net = new SmallNet();
    const { x, target } = batchOf(0);
    const logits = net.forward(x);
    crossEntropy(logits, target).backward();
    const accuracy = argmax(logits, { axis: 1 }).eq(target).to('f32').mean().item();
    expect(accuracy).toBeGreaterThanOrEqual(0);
    const second = crossEntropy(net.forward(x), target);
    expect(logits.toArray()).toHaveLength(12);
    second.backward();
    expect(() => logits.toArray()).toThrow(ReleasedError);
    expect(() => logits.add(1)).toThrow(/linear.*backward\(\).*keep\(\)/);
    expect(String(logits)).toContain('released');
  });

  it('stays as long as it is kept', () => {
    const net = new SmallNet();
    const { x, target } = batchOf(0);
    const logits = net.forward(x).keep();
    const values = logits.toArray();
    for (let i = 0; i < 3; i++) {
      crossEntropy(i === 0 ? logits : net.forward(x), target).backward();
    }
    expect(logits.toArray()).toEqual(values);
  });

  it('stays when it is a part of a kept one, transposed or not', () => {
    const x = rand([3, 4], { requiresGrad: true });
    const y = x.mul(2);
    const turned = y.T.keep();
    const values = turned.toArray();
    turned.sum().backward();
    x.mul(1).sum().backward();
    expect(turned.toArray()).toEqual(values);
    expect(y.slice(1, 2).toArray()).toEqual(y.toArray().slice(4, 8));
  });

  it('does not take its operands along under another name', () => {
    const x = rand([3, 4], { requiresGrad: true });
    for (let i = 0; i < 3; i++) {
      const y = x.T.T.reshape([2, 6]).slice(1).detach();
      x.T.T.reshape([12]).slice(2).to('f32').sum().backward();
      expect(y.toArray()).toHaveLength(6);
    }
    expect(x.toArray()).toHaveLength(12);
  });

  it('is released at the end of the scope it was made in', () => {
    const escaped: Tensor[] = [];
    const kept = scope(() => {
      const x = rand([4]);
      escaped.push(x.add(1));
      return { result: x };
    });
    expect(kept.result.toArray()).toHaveLength(4);
    expect(() => escaped[0]?.toArray()).toThrow(/when the scope.*keep\(\)/);
  });

  it('survives a scope when it is transposed', () => {
    const turned = scope(() => tensor([[1, 2, 3]]).add(0).T);
    expect(turned.toList()).toEqual([[1], [2], [3]]);
  });
});

describe('the heap', () => {
  it('says who holds the most when it is full', () => {
    freshEngine(16);
    const big = full([2 ** 21], 1);
    const error = caught(() => scope(() => big.add(zeros([2 ** 21]))));
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect((error as Error).message).toMatch(
      /Out of memory.*'zeros'[^]*Largest holders[^]*8\.0 MiB/,
    );
  });

  it('says who holds small blocks now, whoever held them first', () => {
    freshEngine(16);
    scope(() => {
      for (let i = 0; i < 5; i++) full([64], 1);
    });
    const held = Array.from({ length: 5 }, () => rand([64]));
    const big = rand([2 ** 21]);
    const error = caught(() =>
      scope(() => held.reduce((sum, x) => sum.add(x.sum()), big.add(big))),
    );
    expect(error).toBeInstanceOf(OutOfMemoryError);
    const { holders } = error as OutOfMemoryError;
    expect(holders.map(({ label }) => label)).not.toContain('full');
  });

  it('makes room for others than tensors of what is used no more, but of no more than it takes', () => {
    const { heap, residency } = freshEngine(16);
    const tensors = Array.from({ length: 9 }, () => rand([2 ** 18]));
    const sums = tensors.map((one) => one.sum().item());
    const { used } = heap;
    residency.makeRoom(heap.largestFree);
    expect(heap.used).toBe(used);
    residency.makeRoom(heap.largestFree + 1);
    const { used: usedThen } = heap;
    expect(usedThen).toBeLessThan(used);
    residency.makeRoom(Infinity);
    expect(heap.used).toBeLessThan(usedThen);
    expect(tensors.map((one) => one.sum().item())).toEqual(sums);
  });

  it('moves what has gone unused to ordinary memory and back, bit for bit', () => {
    const { heap } = freshEngine(16);
    const tensors = Array.from({ length: 40 }, () => rand([2 ** 18]));
    const sums = tensors.map((one) => one.sum().item());
    expect(40 * 2 ** 20).toBeGreaterThan(heap.capacity);
    expect(tensors.map((one) => one.sum().item())).toEqual(sums);
  });

  it('keeps what a program works with in place once it knows how much that is', () => {
    freshEngine(128);
    const tensors = Array.from({ length: 40 }, () => rand([2 ** 18]));
    const use = () => tensors.map((one) => one.sum().item());
    use();
    use();
    const places = tensors.map((one) => one.address());
    use();
    expect(tensors.map((one) => one.address())).toEqual(places);
  });

  it('holds few adjoints at a time', () => {
    freshEngine(64, false);
    const x = rand([2 ** 18], { requiresGrad: true });
    let y = x;
    for (let i = 0; i < 40; i++) y = y.sin();
    // The 40 MiB of the forward pass are there; as much again would not fit.
    y.sum().backward();
    expect(x.grad?.size).toBe(2 ** 18);
  });

  it('reuses the room of small tensors, also for others, when it is full', () => {
    freshEngine(16);
    for (let round = 0; round < 3; round++) {
      scope(() => {
        for (let i = 0; i < 100; i++) zeros([8192]);
      });
      scope(() => expect(zeros([2 ** 21]).toArray()).toHaveLength(2 ** 21));
    }
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
