import {
  DltrainError,
  relu,
  StateError,
  tensor,
  ValueError,
  zeros,
  type Tensor,
} from '@dltrain/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as nn from './index.js';
import { Module } from './module.js';

/** Hands over what TypeScript would refuse, as JavaScript does not. */
function js(value: unknown): never {
  return value as never;
}

describe('an optimizer is given', () => {
  const model = new nn.Linear(2, 2);

  it.each<[string, unknown, RegExp]>([
    ['the model', model, /SGD takes a list of parameters, not a Linear; .*model\.parameters\(\)/],
    ['nothing', undefined, /not undefined; .*model\.parameters\(\)/],
    ['a function', model.parameters.bind(model), /not the function/],
    ['a tensor', model.weight, /not a tensor; pass \[it\]/],
    ['layers', [model], /element 0 is a Linear/],
    ['names and parameters', model.namedParameters(), /element 0 is \['weight', a Parameter\]/],
  ])('%s', (_, parameters, message) => {
    expect(() => new nn.SGD(js(parameters), { lr: 0.1 })).toThrow(ValueError);
    expect(() => new nn.SGD(js(parameters), { lr: 0.1 })).toThrow(message);
    expect(() => new nn.Adam(js(parameters))).toThrow(ValueError);
  });

  it('no learning rate', () => {
    const make = [
      () => new nn.SGD(model.parameters(), js(undefined)),
      () => new nn.SGD(model.parameters(), js({ momentum: 0.9 })),
    ];
    for (const run of make) {
      expect(run).toThrow(ValueError);
      expect(run).toThrow(/SGD needs a learning rate, as in new SGD\(.*{ lr: 0.1 }/);
    }
    expect(() => new nn.SGD(js(model), js(undefined))).toThrow(/model\.parameters/);
  });
});

describe('Sequential is given', () => {
  it.each<[string, unknown, RegExp]>([
    ['a function', relu, /layer 1 is the function relu, not a module; .*new ReLU\(\)/],
    ['a class', nn.ReLU, /layer 1 is the class ReLU, not a module; make one with new/],
    ['an array', [new nn.ReLU()], /layer 1 is \[a ReLU\].*\.\.\.layers/],
    ['nothing', undefined, /layer 1 is undefined/],
    ['a word', 'relu', /layer 1 is 'relu'/],
  ])('%s', (_, layer, message) => {
    const make = () => new nn.Sequential(new nn.Linear(2, 2), js(layer));
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});

describe('a module without forward', () => {
  // Nothing is abstract in JavaScript.
  const Base = Module as unknown as new () => Pick<Module, keyof Module>;
  class Silent extends Base {}
  class Misspelt extends Base {
    foward(): number {
      return 1;
    }
  }

  it('says so when it is called', () => {
    const call = () => new nn.Sequential(new Silent()).forward(zeros([1]));
    expect(call).toThrow(DltrainError);
    expect(call).toThrow(/^Silent has no forward\(x\), which says what it computes/);
  });

  it('names the method that is meant', () => {
    expect(() => new Misspelt().forward(zeros([1]))).toThrow(/Did you mean 'foward'\?/);
  });
});

describe('loadStateDict is given', () => {
  const model = new nn.Linear(1, 1, { bias: false });
  const weight = { dtype: 'f32', shape: [1, 1], data: Float32Array.of(1) };

  it.each<[string, unknown, RegExp]>([
    [
      'an object',
      { weight },
      /not { weight: { dtype: .* } }; .*new Map\(Object\.entries\(weights\)\)/,
    ],
    ['a model', model, /not a Linear; pass its stateDict\(\)/],
    ['a promise', Promise.resolve(model.stateDict()), /not a Promise; await it/],
    ['nothing', undefined, /not undefined/],
    ['a tensor', new Map([['weight', zeros([1, 1])]]), /'weight' is a Tensor.*toArray\(\)/],
    ['numbers', new Map([['weight', [1]]]), /'weight' is \[1\], .*Float32Array/],
    ['f16', new Map([['weight', { ...weight, dtype: 'f16' }]]), /'weight' is { dtype: 'f16', /],
  ])('%s', (_, weights, message) => {
    expect(() => model.loadStateDict(js(weights))).toThrow(StateError);
    expect(() => model.loadStateDict(js(weights))).toThrow(message);
  });

  it('strict as a position', () => {
    expect(() => model.loadStateDict(model.stateDict(), js(false))).toThrow(/{ strict: /);
  });
});

describe('an initialiser', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'is to be made',
      () => new nn.Linear(2, 2, { weightInitializer: js(nn.init.normal) }),
      /call it: init\.normal\(\.\.\.\)/,
    ],
    [
      'of an embedding is, too',
      () => new nn.Embedding(2, 2, { weightInitializer: js(nn.init.xavierUniform) }),
      /Embedding: init\.xavierUniform/,
    ],
    ['is a function', () => new nn.Parameter([2], { initializer: js(0) }), /'initializer' is 0/],
    ['of numbers', () => nn.init.normal(js('0')), /normal: mean is '0'; it must be a number/],
    [
      'of bounds',
      () => nn.init.uniform(js({ low: 1 })),
      /uniform: low is { low: 1 }.*pass 1 itself/,
    ],
    ['of one number', () => nn.init.constant(js(undefined)), /constant: value is undefined/],
    ['of values', () => nn.init.values(js([1])), /values takes a tensor, not \[1\]/],
    [
      'of a gain',
      () => nn.init.xavierNormal({ gain: js('rleu') }),
      /gain is 'rleu'.*Did you mean 'relu'/,
    ],
    ['of a gain given first', () => nn.init.xavierUniform(js(2)), /{ gain: \.\.\. }, not as 2/],
    ['of a slope', () => nn.init.kaimingNormal({ gain: js({ leaky: 1 }) }), /leakyReLU: slope/],
    [
      'of a mode',
      () => nn.init.kaimingUniform({ mode: js('fan_in') }),
      /mode is 'fan_in'; it must be 'fanIn'/,
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(ValueError);
    expect(run).toThrow(message);
  });
});

it('a parameter is made of a shape or a tensor', () => {
  expect(() => new nn.Parameter(js(3))).toThrow(ValueError);
  expect(() => new nn.Parameter(js(3))).toThrow(/a shape such as \[3, 4\].* not 3/);
});

describe('a plain tensor as a field', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  afterEach(() => {
    emitWarning.mockClear();
  });

  class Scale extends Module {
    constructor(readonly factor: unknown) {
      super();
    }
    forward(x: Tensor): Tensor {
      return x;
    }
  }

  it('is warned of once if it is a leaf that requires a gradient', () => {
    const model = new nn.Sequential(new Scale(tensor(1, { requiresGrad: true })));
    expect(model.parameters()).toEqual([]);
    expect(new Scale(tensor(2, { requiresGrad: true })).parameters()).toEqual([]);
    expect(emitWarning.mock.calls).toEqual([
      [expect.stringMatching(/^Scale\.factor is .*new Parameter\(\.\.\.\)/), 'DltrainWarning'],
    ]);
  });

  it('is nothing to speak of otherwise', () => {
    class Other extends Scale {}
    const leaf = tensor(1, { requiresGrad: true });
    for (const value of [tensor(1), leaf.mul(2), new nn.Parameter([1]), null]) {
      new Other(value).parameters();
    }
    expect(emitWarning).not.toHaveBeenCalled();
  });
});

it('an embedding takes no index from the back', () => {
  const layer = new nn.Embedding(3, 2);
  const indices = tensor([[0, -1]], { dtype: 'i32' });
  expect(() => layer.forward(indices)).toThrow(ValueError);
  expect(() => layer.forward(indices)).toThrow(/index -1 is outside of \[0, 3\); write 2 for/);
  expect(layer.forward(tensor([2], { dtype: 'u8' })).shape).toEqual([1, 2]);
});
