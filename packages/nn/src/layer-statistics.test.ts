import { dropout, mean, tensor, type Tensor } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { layerStatistics } from './layer-statistics.js';
import { Linear } from './layers/linear.js';
import { ReLU } from './layers/relu.js';
import { Sigmoid } from './layers/sigmoid.js';
import { Tanh } from './layers/tanh.js';
import { Sequential } from './sequential.js';

/** A linear layer with the given weights and no bias. */
function linear(weights: number[][]): Linear {
  const layer = new Linear(weights[0]?.length ?? 0, weights.length, { bias: false });
  layer.weight.write(weights.flat());
  return layer;
}

describe('layerStatistics', () => {
  it('counts zeros and dead units, and measures spread and gradient', () => {
    // Units: alive for both samples, for one, for none.
    const model = new Sequential(linear([[1], [-1], [0]]), new ReLU());
    const x = tensor([[1], [3]]);
    const rows = layerStatistics(model, x, (output) => output.sum());
    expect(rows.map(({ name, kind, shape }) => [name, kind, shape])).toEqual([
      ['0', 'Linear', [2, 3]],
      ['1', 'ReLU', [2, 3]],
    ]);
    const [first, second] = rows;
    // Outputs 1, -1, 0 and 3, -3, 0.
    expect(first?.activation.mean).toBe(0);
    expect(first?.activation.norm).toBeCloseTo(Math.sqrt(20), 12);
    expect(first?.activation.deviation).toBeCloseTo(Math.sqrt(20 / 6), 12);
    expect(first?.zeros).toBeCloseTo(2 / 6, 12);
    // Rectified: 1, 0, 0 and 3, 0, 0; two of three units are never on.
    expect(second?.zeros).toBeCloseTo(4 / 6, 12);
    expect(second?.dead).toBeCloseTo(2 / 3, 12);
    // A sum passes 1 to every output, and the ReLU passes it on where it is on: 2 of 6.
    expect(second?.gradient).toEqual({ mean: 1, deviation: 0, norm: Math.sqrt(6) });
    expect(first?.gradient?.norm).toBeCloseTo(Math.sqrt(2), 12);
  });

  it('counts saturated outputs of sigmoid and tanh', () => {
    const x = tensor([[10], [0], [-10], [1]]);
    const of = (layer: Sigmoid | Tanh) => layerStatistics(new Sequential(layer), x)[0];
    expect(of(new Sigmoid())?.saturated).toBe(0.5);
    expect(of(new Tanh())?.saturated).toBe(0.5);
    expect(of(new Sigmoid())?.gradient).toBeNull();
  });

  it('shows the gradient vanish through deep sigmoids', () => {
    const layers = Array.from({ length: 8 }, () => [linear([[1]]), new Sigmoid()]).flat();
    const rows = layerStatistics(new Sequential(...layers), tensor([[0.5]]), mean);
    const norms = rows.map(({ gradient }) => gradient?.norm ?? 0);
    expect((norms[0] ?? 0) / (norms.at(-1) ?? 1)).toBeLessThan(0.25 ** 7);
  });

  it('leaves gradients alone', () => {
    const model = new Sequential(linear([[1, 2]]));
    layerStatistics(model, tensor([[1, 2]]), (output: Tensor) => dropout(output, 0.5).sum());
    expect(model.parameters().map(({ grad }) => grad)).toEqual([null]);
  });
});
