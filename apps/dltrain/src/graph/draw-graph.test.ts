import { DOMParser } from '@xmldom/xmldom';
import {
  celu,
  elu,
  gelu,
  GradientError,
  layerNorm,
  rmsNorm,
  selu,
  softmax,
  tensor,
  zeros,
} from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import { buildLayers, Linear, Module, ReLU, Sequential } from '@dltrain/nn';
import { describe, expect, it } from 'vitest';
import { drawGraph, drawModel } from './draw-graph.js';

/** The words in the boxes of a kind, a box a line; a picture that is not well-formed throws. */
function boxes(svg: string, kind: string): string[] {
  const groups = new DOMParser().parseFromString(svg, 'image/svg+xml').getElementsByTagName('g');
  return Array.from(groups)
    .filter((group) => group.getAttribute('class')?.split(' ').includes(kind))
    .map((group) =>
      Array.from(group.getElementsByTagName('text'), (text) => text.textContent?.trim()).join(
        ' | ',
      ),
    );
}

class Attention extends Module {
  readonly query = new Linear(4, 4);
  readonly key = new Linear(4, 4);
  readonly value = new Linear(4, 4);
  forward(x: Tensor): Tensor {
    const scores = this.query.forward(x).matmul(this.key.forward(x).transpose(1, 2)).mul(0.5);
    return softmax(scores, -1).matmul(this.value.forward(x));
  }
}

class Block extends Module {
  readonly attention = new Attention();
  readonly mlp = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 4));
  forward(x: Tensor): Tensor {
    const y = this.attention.forward(x).add(x);
    return this.mlp.forward(y).add(y);
  }
}

/** One layer, run twice, with a connection around both. */
class Twice extends Module {
  readonly cell = new Linear(3, 3);
  forward(x: Tensor): Tensor {
    return this.cell.forward(this.cell.forward(x).tanh()).add(x);
  }
}

describe('drawModel', () => {
  it('draws modules around their ops, with shapes and parameters', async () => {
    const layers = [{ type: 'linear', outFeatures: 16 }, 'relu'] as const;
    const model = buildLayers({ input: [6], layers: [...layers, layers[0]] });
    const svg = await drawModel(model, zeros([2, 6]), { title: 'a <model>' });
    expect(boxes(svg, 'cluster').sort()).toEqual([
      '0: Linear(6, 16) - 112 parameters',
      '1: ReLU',
      '2: Linear(16, 16) - 272 parameters',
      'Sequential - 384 parameters',
    ]);
    expect(boxes(svg, 'op')).toEqual(['linear', 'relu', 'linear']);
    expect(boxes(svg, 'parameter')).toEqual([
      'weight | [16, 6] | 96 parameters',
      'bias | [16] | 16 parameters',
      'weight | [16, 16] | 256 parameters',
      'bias | [16] | 16 parameters',
    ]);
    expect(boxes(svg, 'edge')).toContain('[2, 16]');
    expect(boxes(svg, 'input')).toEqual(['input | [2, 6]']);
    expect(boxes(svg, 'output')).toEqual(['output | [2, 16]']);
    expect(svg).toContain('a &lt;model&gt;');
    const legend = boxes(svg, 'graph')[0]?.split(' | ') ?? [];
    expect(legend.slice(0, 4)).toEqual(['a <model>', 'input and output', 'parameter', 'op']);
  });

  it('draws a module that runs twice twice, and its parameters once', async () => {
    const svg = await drawModel(new Twice(), zeros([1, 3]));
    expect(boxes(svg, 'cluster')).toEqual([
      'Twice - 12 parameters',
      'cell: Linear(3, 3) - 12 parameters',
      'cell: Linear(3, 3), run 2 - 12 parameters',
    ]);
    expect(boxes(svg, 'parameter')).toHaveLength(2);
    // Both runs take weight and bias, and the input goes around both of them.
    expect(boxes(svg, 'edge')).toHaveLength(4 + 6);
  });

  it('closes modules below a depth, and keeps the connections around them', async () => {
    const block = new Block();
    const svg = await drawModel(block, zeros([2, 5, 4]), { depth: 1 });
    expect(boxes(svg, 'module')).toEqual([
      'attention: Attention | 60 parameters',
      'mlp: Sequential | 76 parameters',
    ]);
    expect(boxes(svg, 'op')).toEqual(['add', 'add']);
    expect(boxes(svg, 'parameter')).toEqual([]);
    expect(boxes(svg, 'edge')).toHaveLength(7);
    const closed = await drawModel(block, zeros([2, 5, 4]), { depth: 0 });
    expect(boxes(closed, 'module')).toEqual(['Block | 136 parameters']);
    const open = await drawModel(block, zeros([2, 5, 4]));
    expect(boxes(open, 'op')).toContain('softmax');
    expect(boxes(open, 'constant')).toEqual(['0.5']);
  });

  it('closes modules by itself where there are too many to read', async () => {
    const deep = new Sequential(...Array.from({ length: 30 }, () => new Twice()));
    const svg = await drawModel(deep, zeros([1, 3]));
    expect(boxes(svg, 'op')).toEqual([]);
    expect(boxes(svg, 'module')).toHaveLength(30);
  });
});

describe('drawGraph', () => {
  it('draws a function with the names that it is given', async () => {
    const x1 = tensor(2, { requiresGrad: true });
    const x2 = tensor(5, { requiresGrad: true });
    const product = x1.mul(x2);
    const y = x1.log().add(product).sub(x2.sin());
    const svg = await drawGraph(y, { names: { x1, 'x2 & "co"': x2, product, y } });
    expect(boxes(svg, 'op').sort()).toEqual(['add', 'log', 'mul | = product', 'sin', 'sub']);
    expect(boxes(svg, 'input').sort()).toEqual(['x1', 'x2 & "co"']);
    expect(boxes(svg, 'output')).toEqual(['y']);
  });

  it('calls ops by the names of the functions that users call', async () => {
    const x = tensor([[1, 2, 3]], { requiresGrad: true });
    const normed = layerNorm(x, [3]);
    const y = rmsNorm(elu(gelu(gelu(normed), { approximate: 'tanh' }), { alpha: 2 }), [3]);
    const svg = await drawGraph(selu(celu(y, { alpha: 3 })).pow(2.5));
    const all = boxes(svg, 'op').join('\n');
    for (const name of ['normalize | eps 1e-5', 'gelu', 'gelu | tanh form', 'elu | alpha 2']) {
      expect(all.split('\n')).toContain(name);
    }
    for (const name of ['rmsNorm', 'selu', 'celu | alpha 3', 'pow']) expect(all).toContain(name);
    expect(all).not.toMatch(/standardize|Erf|powNumber|exponentialUnit|centred/);
  });

  it('takes backslashes of names as they stand', async () => {
    const x = tensor(2, { requiresGrad: true });
    const svg = await drawGraph(x.neg(), { names: { 'a\\nb\\G': x } });
    expect(boxes(svg, 'input')).toEqual(['a\\nb\\G']);
  });

  it('refuses what has no graph, or none any more', async () => {
    await expect(drawGraph(tensor(1).neg())).rejects.toThrow(GradientError);
    const y = tensor(1, { requiresGrad: true }).neg();
    y.backward();
    await expect(drawGraph(y)).rejects.toThrow('used up at neg');
  });
});
