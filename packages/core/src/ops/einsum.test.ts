import { describe, expect, it } from 'vitest';
import '../methods.js';
import { ones } from '../create.js';
import type { Tensor } from '../tensor.js';
import { einsum } from './einsum.js';

/** The names of the ops between a result and its operands, in the order of the calls. */
function opsBehind(output: Tensor): string[] {
  const { node } = output;
  return node === null ? [] : [...node.inputs.flatMap(opsBehind), node.op.name];
}

/** The ops that an equation takes, but for those that move nothing. */
function opsOf(equation: string, ...shapes: readonly (readonly number[])[]): string {
  const operands = shapes.map((shape) => {
    const x = ones(shape);
    x.requiresGrad = true;
    return x;
  });
  const free = ['reshape', 'transpose'];
  const names = opsBehind(einsum(equation, ...operands)).filter((name) => !free.includes(name));
  return names.join(' ');
}

describe('einsum', () => {
  it.each([
    ['ij,jk->ik', 'matmul', [2, 3], [3, 4]],
    ['ij,jk->ki', 'matmul', [2, 3], [3, 4]],
    ['ij,kj->ik', 'matmul', [2, 3], [4, 3]],
    ['ji,jk', 'matmul', [3, 2], [3, 4]],
    ['ij,j', 'matmul', [2, 3], [3]],
    ['bhqd,bhkd->bhqk', 'matmul', [2, 2, 3, 4], [2, 2, 5, 4]],
    ['...ij,jk->...ik', 'matmul', [2, 2, 3, 4], [4, 5]],
    ['nchw,oc->nhwo', 'permute matmul', [2, 3, 4, 4], [5, 3]],
    ['i,j->ij', 'mul', [2], [3]],
    ['bi,bi->b', 'mul sum', [2, 3], [2, 3]],
    ['ijk,ijk->', 'matmul', [2, 3, 2], [2, 3, 2]],
    ['ij,jk->k', 'sum matmul', [2, 3], [3, 4]],
    ['ii->', 'asStrided sum', [3, 3]],
    ['ij->ji', 'permute', [2, 3]],
    ['ij->ij', '', [2, 3]],
  ] as const)('%s takes: %s', (equation, expected, ...shapes) => {
    expect(opsOf(equation, ...shapes)).toBe(expected);
  });

  it('multiplies the cheapest pair first', () => {
    // From the left there would be a matrix of 40 x 40 in between.
    const [a, b, c] = [ones([40, 1]), ones([1, 40]), ones([40, 1])];
    b.requiresGrad = true;
    const product = einsum('ij,jk,kl->il', a, b, c);
    expect(product.view()[0]).toBe(40);
    const sizes: number[] = [];
    for (let { node } = product; node !== null;) {
      sizes.push(node.output.size);
      node = node.inputs.find((input) => input.node !== null)?.node ?? null;
    }
    expect(Math.max(...sizes)).toBe(40);
  });
});
