import { randn, relu, StateError, type Tensor } from '@dltrain/core';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ModuleCycleError } from './module-structure.js';
import { Module } from './module.js';
import { Linear } from './layers/linear.js';
import { ReLU } from './layers/relu.js';
import { Parameter } from './parameter.js';
import { Sequential } from './sequential.js';
import { Dropout } from './layers/dropout.js';

class Block extends Module {
  readonly inner = new Linear(4, 4);
  readonly drop = new Dropout(0.1);
  readonly scale = new Parameter([4]);

  forward(x: Tensor): Tensor {
    return x.add(relu(this.inner.forward(x)).mul(this.scale));
  }
}

class Net extends Module {
  readonly blocks = [new Block(), new Block()];
  readonly head = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2));
  readonly width = 4;

  forward(x: Tensor): Tensor {
    let value = x;
    for (const block of this.blocks) value = block.forward(value);
    return this.head.forward(value);
  }
}

/** Uses one layer twice, and one parameter under two names. */
class Tied extends Module {
  readonly first = new Linear(3, 3);
  readonly again = this.first;
  readonly weight = this.first.weight;

  forward(x: Tensor): Tensor {
    return this.again.forward(this.first.forward(x));
  }
}

class Node extends Module {
  next: Module | null = null;
  readonly layer = new Linear(1, 1);

  forward(x: Tensor): Tensor {
    return this.next?.forward(x) ?? x;
  }
}

describe('names', () => {
  it('are those of PyTorch, a module before its parts', () => {
    expect([...new Net().namedParameters().keys()]).toEqual([
      'blocks.0.scale',
      'blocks.0.inner.weight',
      'blocks.0.inner.bias',
      'blocks.1.scale',
      'blocks.1.inner.weight',
      'blocks.1.inner.bias',
      'head.0.weight',
      'head.0.bias',
      'head.2.weight',
      'head.2.bias',
    ]);
    expect([...new Net().head.namedModules().keys()]).toEqual(['', '0', '1', '2']);
  });

  it('include what a subclass of Sequential adds', () => {
    class Scaled extends Sequential {
      readonly factor = new Parameter([1]);
    }
    const names = [...new Scaled(new Linear(1, 1)).namedParameters().keys()];
    expect(names).toEqual(['factor', '0.weight', '0.bias']);
  });

  it('count what is used twice once, under its first name', () => {
    const tied = new Tied();
    expect([...tied.namedParameters().keys()]).toEqual(['weight', 'first.bias']);
    expect(tied.parameters()).toEqual([tied.first.weight, tied.first.bias]);
    expect([...tied.namedModules().keys()]).toEqual(['', 'first']);
  });
});

describe('a cycle', () => {
  const nodes = [new Node(), new Node(), new Node()] as const;
  nodes[0].next = nodes[1];
  nodes[1].next = nodes[2];

  it('is named, not looped over', () => {
    nodes[2].next = nodes[1];
    expect(() => nodes[0].parameters()).toThrow(ModuleCycleError);
    expect(() => nodes[0].parameters()).toThrow(/'next\.next\.next' is 'next' \(Node\) again/);
    expect(() => nodes[0].eval()).toThrow(ModuleCycleError);
    expect(() => nodes[0].stateDict()).toThrow(ModuleCycleError);
    expect(inspect(nodes[0])).toContain('(next): Node(again)');
  });

  it('through the whole says so, also from a forward pass of Sequential', () => {
    const node = new Node();
    const whole = new Sequential(new Linear(1, 1), node);
    node.next = whole;
    expect(() => whole.forward(randn([1, 1]))).toThrow(
      /'1\.next' is the model itself \(Sequential\)/,
    );
  });

  it('does not arise where a private reference points back', () => {
    class Child extends Node {
      readonly #parent: Module;
      constructor(parent: Module) {
        super();
        this.#parent = parent;
      }
      get parent(): Module {
        return this.#parent;
      }
    }
    const parent = new Node();
    parent.next = new Child(parent);
    expect(parent.parameters()).toHaveLength(4);
  });
});

describe('train, eval and zeroGrad', () => {
  it('reach every part', () => {
    const net = new Net();
    expect(net.eval()).toBe(net);
    expect([...net.namedModules().values()].some(({ training }) => training)).toBe(false);
    net.blocks[0]?.train();
    expect(net.blocks[0]?.drop.training).toBe(true);
    expect(net.blocks[1]?.drop.training).toBe(false);
    net.train();
    expect(net.head.training).toBe(true);
  });

  it('drop gradients, which are then released unless kept', () => {
    const net = new Net();
    net
      .forward(randn([2, 4]))
      .sum()
      .backward();
    const [scale, weight] = net.parameters();
    const gradient = scale?.grad;
    const kept = weight?.grad?.keep();
    net.zeroGrad();
    expect(net.parameters().every(({ grad }) => grad === null)).toBe(true);
    expect(() => gradient?.toArray()).toThrow(/zeroGrad.*keep\(\)/);
    expect(kept?.toArray()).toHaveLength(16);
  });
});

describe('the state dict', () => {
  it('goes round, as a copy', () => {
    const [from, to] = [new Net(), new Net()];
    const state = from.stateDict();
    const x = randn([3, 4]);
    const before = from.eval().forward(x).toArray();
    for (const parameter of from.parameters()) parameter.write(new Float32Array(parameter.size));
    expect(to.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
    expect(to.eval().forward(x).toArray()).toEqual(before);
    expect(to.stateDict()).toEqual(state);
  });

  it('tells all that does not fit at once, and writes nothing', () => {
    const model = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));
    const before = model.stateDict();
    const state = new Map(new Sequential(new Linear(5, 4)).stateDict());
    const bias = before.get('2.bias');
    if (bias === undefined) throw new Error('there is a bias');
    state.set('2.bais', bias);
    let message = '';
    try {
      model.loadStateDict(state);
    } catch (error) {
      expect(error).toBeInstanceOf(StateError);
      message = String(error);
    }
    expect(message).toContain("missing: '2.weight' [2, 4]");
    expect(message).toContain("missing: '2.bias' [2]");
    expect(message).toContain("unexpected: '2.bais' [2] (is it '2.bias'?)");
    expect(message).toContain("'0.weight' is [4, 5], the model's [4, 3]");
    expect(() => model.loadStateDict(state, { strict: false })).toThrow(/of another shape/);
    expect(model.stateDict()).toEqual(before);
  });

  it('loads what fits by name when that is asked for, and converts f64', () => {
    const model = new Sequential(new Linear(1, 1));
    const report = model.loadStateDict(
      new Map([
        ['0.weight', { dtype: 'f64', shape: [1, 1], data: Float64Array.of(0.1) }],
        ['1.weight', { dtype: 'f32', shape: [1], data: Float32Array.of(1) }],
      ]),
      { strict: false },
    );
    expect(report).toEqual({ missing: ['0.bias'], unexpected: ['1.weight'] });
    expect(model.parameters()[0]?.item()).toBe(Math.fround(0.1));
  });

  it('knows a shared parameter by all of its names', () => {
    const tied = new Tied();
    const first = (value: number) => ({
      dtype: 'f32' as const,
      shape: [3, 3],
      data: new Float32Array(9).fill(value),
    });
    const bias = { dtype: 'f32' as const, shape: [3], data: new Float32Array(3) };
    tied.loadStateDict(
      new Map([
        ['again.weight', first(1)],
        ['again.bias', bias],
      ]),
    );
    expect(tied.weight.toArray()).toEqual(new Float32Array(9).fill(1));
    const all = new Map([
      ['weight', first(2)],
      ['first.weight', first(2)],
      ['first.bias', bias],
    ]);
    expect(tied.loadStateDict(all)).toEqual({ missing: [], unexpected: [] });
    expect(tied.weight.toArray()).toEqual(new Float32Array(9).fill(2));
  });

  it('refuses an array that does not fill its shape', () => {
    const wrong = { dtype: 'f32', shape: [2, 2], data: new Float32Array(3) } as const;
    expect(() => new Linear(2, 2).loadStateDict(new Map([['weight', wrong]]))).toThrow(/\[2, 2\]/);
  });

  it('lists ten of many', () => {
    const model = new Sequential(...Array.from({ length: 30 }, () => new Linear(1, 1)));
    expect(() => model.loadStateDict(new Map())).toThrow(/and 50 more/);
  });
});

it('is printed as a list of its parts', () => {
  expect(inspect(new Net())).toBe(`Net(
  (blocks.0): Block(
    (inner): Linear(4, 4)
    (drop): Dropout(p: 0.1)
    (scale): Parameter f32 [4]
  )
  (blocks.1): Block(
    (inner): Linear(4, 4)
    (drop): Dropout(p: 0.1)
    (scale): Parameter f32 [4]
  )
  (head): Sequential(
    (0): Linear(4, 8)
    (1): ReLU()
    (2): Linear(8, 2)
  )
)`);
});
