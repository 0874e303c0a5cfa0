import { registry, relu, zeros } from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import { buildLayers, ConvTranspose2d, Linear, Module, MultiheadAttention } from '@dltrain/nn';
import { describe, expect, it } from 'vitest';
import { freeOps, operationsPerElement } from './count-operations.js';
import { summarize } from './summarize.js';
import { summaryTable } from './table.js';

/** Two times the same layer, then an op of the module's own. */
class Twice extends Module {
  readonly cell = new Linear(8, 8);
  forward(x: Tensor): Tensor {
    return relu(this.cell.forward(this.cell.forward(x))).add(x);
  }
}

const mlp = () =>
  buildLayers({
    input: [5],
    layers: [{ type: 'linear', outFeatures: 4 }, 'relu', { type: 'linear', outFeatures: 3 }],
  });

describe('summarize', () => {
  it('counts parameters, operations and memory of linear layers', () => {
    const summary = summarize(mlp(), zeros([2, 5]));
    expect(summary.layers.map(({ name, kind, outputShape }) => [name, kind, outputShape])).toEqual([
      ['', 'Sequential', [3]],
      ['0', 'Linear', [4]],
      ['1', 'ReLU', [4]],
      ['2', 'Linear', [3]],
    ]);
    expect(summary.layers.map(({ parameters }) => parameters)).toEqual([
      0,
      5 * 4 + 4,
      0,
      4 * 3 + 3,
    ]);
    expect(summary.layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual([0, 20, 0, 12]);
    // Twice the products, and one more an output for the bias.
    expect(summary.layers.map(({ flops }) => flops)).toEqual([0, 40 + 4, 4, 24 + 3]);
    expect(summary.layers.map(({ outputBytes }) => outputBytes)).toEqual([12, 16, 16, 12]);
    expect(summary.parameters).toEqual({ total: 39, trainable: 39 });
    expect(summary.parameterBytes).toEqual({ total: 156, trainable: 156 });
    expect([summary.multiplyAdds, summary.flops]).toEqual([32, 75]);
    // The first layer and its ReLU are one kernel: 2 x 4 numbers, and 2 x 3 at the end.
    expect(summary.keptBytes).toBe(4 * (8 + 6));
  });

  it('counts convolutions and pools', () => {
    const model = buildLayers({
      input: [2, 6, 6],
      layers: [
        { type: 'conv2d', outChannels: 3, kernelSize: 3, padding: 'same' },
        { type: 'max_pool2d', kernelSize: 2 },
        'flatten',
      ],
    });
    const [, conv, pool, flatten] = summarize(model, zeros([4, 2, 6, 6])).layers;
    const outputs = 3 * 6 * 6;
    expect(conv?.parameters).toBe(3 * 2 * 9 + 3);
    expect(conv?.multiplyAdds).toBe(outputs * 2 * 9);
    expect(conv?.flops).toBe(2 * outputs * 2 * 9 + outputs);
    expect(pool?.outputShape).toEqual([3, 3, 3]);
    expect(pool?.flops).toBe(27 * 4);
    expect(flatten).toMatchObject({ outputShape: [27], flops: 0, parameters: 0 });
  });

  it('counts transposed convolutions and attention', () => {
    const transposed = summarize(new ConvTranspose2d(2, 4, 3), zeros([3, 2, 8, 8]));
    expect(transposed.multiplyAdds).toBe(2 * 8 * 8 * 4 * 9);
    const attention = summarize(new MultiheadAttention(16, 4), zeros([2, 5, 16]));
    // Queries, keys and values; four heads of scores and of what they choose; the projection.
    expect(attention.multiplyAdds).toBe(5 * 16 * 48 + 2 * 4 * 5 * 5 * 4 + 5 * 16 * 16);
    expect(attention.parameters.total).toBe(16 * 48 + 48 + 16 * 16 + 16);
    // Twice the heads have twice the softmax, and the products of the same size.
    const more = summarize(new MultiheadAttention(16, 8), zeros([2, 5, 16]));
    expect(more.flops - attention.flops).toBe(4 * 5 * 5 * 5);
  });

  it('knows every op by the name that it has', () => {
    const known = [...freeOps, ...Object.keys(operationsPerElement)];
    expect(known.filter((name) => !registry.has(name))).toEqual([]);
  });

  it('counts the parameters of a layer that runs again once, its operations twice', () => {
    const { layers, parameters } = summarize(new Twice(), zeros([1, 8]));
    expect(layers.map(({ turn, parameters: own }) => [turn, own])).toEqual([
      [1, 0],
      [1, 72],
      [2, 0],
    ]);
    expect(layers.map(({ flops }) => flops)).toEqual([16, 136, 136]);
    expect(parameters.total).toBe(72);
  });

  it('tells frozen parameters apart', () => {
    const model = mlp();
    const [weight] = model.parameters();
    if (weight !== undefined) weight.requiresGrad = false;
    expect(summarize(model, zeros([1, 5])).parameters).toEqual({ total: 39, trainable: 19 });
  });
});

describe('summaryTable', () => {
  const summary = summarize(mlp(), zeros([2, 5]));
  const training = { optimizerStates: ['momentum'], leaves: 4 };

  it.each([46, 60, 80, 120])('fits %i columns', (width) => {
    const lines = summaryTable(summary, training, width);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(lines.find((line) => line.includes('0 Linear(5, 4)'))).toMatch(/\[4\] +24/);
    expect(lines.find((line) => line.startsWith('all'))).toMatch(/ 39 .*75/);
  });

  it('leaves operations out of what is narrow, and breaks the lines below', () => {
    const lines = summaryTable(summary, training, 40);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(lines[0]).not.toContain('FLOPs');
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain(
      'activations 56 B a leaf (2 samples, 4 leaves a batch)',
    );
  });

  it('shortens names where there is no room for them', () => {
    const [, , , row = ''] = summaryTable(summary, training, 35);
    expect(row).toMatch(/^ {2}0 Linear\(5\.\.\. /);
  });

  it('adds up the memory of weights, gradients and state', () => {
    const text = summaryTable(summary, training, 80).join('\n');
    expect(text).toMatch(/weights +156 B\ngradients +156 B\noptimizer state +156 B \(momentum\)/);
    expect(text).toMatch(
      /together +468 B\nactivations +56 B a leaf \(2 samples, 4 leaves a batch\)/,
    );
  });
});
