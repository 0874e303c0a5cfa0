import { nn } from 'dltrain';
import { describe, expect, it } from 'vitest';
import { distil } from '../../examples/lecture/distillation.js';
import { train } from '../../examples/lecture/dying-relus.js';
import { trainOnXor } from '../../examples/lecture/linear-layers-collapse.js';
import {
  cycle,
  linearLayer,
  trainNetwork as trainModules,
} from '../../examples/lecture/modules.js';
import { trainAll } from '../../examples/lecture/outputs-and-losses.js';
import { fit } from '../../examples/lecture/universal-approximation.js';
import { gradientsByLayer, squash } from '../../examples/lecture/vanishing-gradients.js';
import {
  countParameters,
  countPieces,
  shapes,
  tents,
  trainNetwork,
} from '../../examples/lecture/width-against-depth.js';

describe('modules', () => {
  it('may be linear layers, whose derivative is their weight', () => {
    const { weight, shape, slope } = linearLayer();
    expect(shape).toEqual([5, 2]);
    expect(slope.toList()).toEqual(weight.toList());
  });

  it('are composed, with a way around some, and trained', () => {
    const { model, losses } = trainModules();
    expect([...model.namedParameters().keys()]).toContain('1.inner.0.weight');
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 10);
  });

  it('cannot contain themselves', () => {
    expect(() => cycle().parameters()).toThrow(nn.ModuleCycleError);
  });
});

describe('a chain of linear layers', () => {
  it('is one linear layer, and cannot learn XOR', () => {
    const { difference, loss } = trainOnXor('none');
    expect(difference).toBeLessThan(1e-12);
    expect(loss).toBeCloseTo(0.25, 6);
  });

  it('is more than one with activations in between', () => {
    const { difference, loss } = trainOnXor('tanh');
    expect(difference).toBeGreaterThan(0.1);
    expect(loss).toBeLessThan(1e-3);
  });
});

describe('universal approximation', () => {
  it('has an error that falls as the hidden layer grows', () => {
    const errors = [1, 2, 8, 32].map((width) => fit(width).error);
    errors.forEach((error, i) => {
      if (i > 0) expect(error).toBeLessThan((errors[i - 1] ?? 0) * 0.9);
    });
    expect(errors.at(-1)).toBeLessThan(0.06);
  });
});

describe('width against depth', () => {
  it('has twice the pieces with each layer of a tent map', () => {
    for (const depth of [1, 2, 3, 6, 8]) {
      const model = tents(depth);
      expect(countPieces(model)).toBe(2 ** depth);
      expect(countParameters(model)).toBe(6 * depth + 1);
    }
  });

  it('learns a nested function better with some depth, at equal parameters', () => {
    const [wide, , deeper] = shapes;
    const shallow = trainNetwork(...wide);
    const deep = trainNetwork(...deeper);
    expect(Math.abs(shallow.parameters - deep.parameters)).toBeLessThan(10);
    expect(deep.error).toBeLessThan(shallow.error / 2);
  });
});

describe('gradients through depth', () => {
  const gain = (activation: 'sigmoid' | 'tanh' | 'relu'): number => {
    const layers = gradientsByLayer(activation);
    expect(layers).toHaveLength(10);
    return (layers[0]?.gradient?.norm ?? NaN) / (layers.at(-1)?.gradient?.norm ?? NaN);
  };

  it('vanish behind sigmoids, but not behind tanh and ReLU', () => {
    expect(gain('sigmoid')).toBeLessThan(1e-3);
    for (const activation of ['tanh', 'relu'] as const) {
      expect(gain(activation)).toBeGreaterThan(0.1);
      expect(gain(activation)).toBeLessThan(10);
    }
  });

  it('are at most a quarter of themselves behind one, and less where it is squashed', () => {
    const slopes = [0.1, 1, 10, 100].map((scale) => {
      const { low, high, slope, steepest } = squash(scale);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(steepest).toBeLessThanOrEqual(0.25);
      return slope;
    });
    expect(slopes).toEqual(slopes.toSorted((a, b) => b - a));
    expect(slopes.at(-1)).toBeLessThan(0.01);
  });
});

describe('ReLUs', () => {
  it('are silent half of the time at a random start, none of them for good', () => {
    const { before } = train(0.01, 0);
    expect(Math.abs(before.silent - 0.5)).toBeLessThan(0.06);
    expect(before.dead).toBe(0);
  });

  it('die at high learning rates', () => {
    const [low, high, higher] = [0.01, 1, 1.5].map((rate) => train(rate).after.dead);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.1);
    expect(higher).toBeGreaterThan(high ?? NaN);
  });
});

describe('distillation', () => {
  it('teaches a student more than labels do, by shares that are soft', async () => {
    const { teacher, byLabels, byTeacher, example } = await distil({ temperature: 4 });
    expect(teacher).toBeGreaterThan(0.88);
    expect(byTeacher).toBeGreaterThan(byLabels + 0.01);
    expect(byTeacher).toBeLessThan(teacher);
    const { label, shares } = example;
    expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
    expect(shares.indexOf(Math.max(...shares))).toBe(label);
    expect(shares[label]).toBeLessThan(0.8);
  });
});

describe('outputs and losses', () => {
  it('learn each what they are to say', () => {
    const scores = Object.fromEntries(trainAll().map(({ kind, score }) => [kind, score]));
    expect(Object.keys(scores)).toHaveLength(6);
    expect(scores.regression).toBeLessThan(0.05);
    for (const kind of ['binary', 'multi-class', 'multi-label']) {
      expect(scores[kind], kind).toBeGreaterThan(0.97);
    }
    expect(scores['ordinal as regression']).toBeGreaterThan(0.85);
    expect(scores['ordinal by thresholds']).toBeGreaterThan(0.9);
  });
});
