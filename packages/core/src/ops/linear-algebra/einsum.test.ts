import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { ones } from '../../create.js';
import { rand } from '../../random/draw.js';
import { uniforms } from '../../sample-inputs.js';
import type { Tensor } from '../../tensor.js';
import { expectClose } from '../../../test-support.js';
import { einsum } from './einsum.js';

/** The sum of products over all values of all letters, written out. */
function writtenOut(
  terms: readonly string[],
  output: string,
  sizes: Readonly<Record<string, number>>,
  operands: readonly Tensor[],
): number[] {
  const letters = [...new Set(Array.from(output + terms.join('')))];
  const count = (names: readonly string[]) =>
    names.reduce((product, letter) => product * (sizes[letter] ?? 1), 1);
  const place = (term: string, at: ReadonlyMap<string, number>) =>
    Array.from(term).reduce(
      (index, letter) => index * (sizes[letter] ?? 1) + (at.get(letter) ?? 0),
      0,
    );
  const sums = new Array<number>(count(Array.from(output))).fill(0);
  const data = operands.map((x) => x.toArray());
  for (let step = 0; step < count(letters); step++) {
    let rest = step;
    const at = new Map(
      letters.map((letter) => {
        const size = sizes[letter] ?? 1;
        const index = rest % size;
        rest = (rest - index) / size;
        return [letter, index];
      }),
    );
    const product = terms.reduce((y, term, i) => y * (data[i]?.[place(term, at)] ?? NaN), 1);
    const to = place(output, at);
    sums[to] = (sums[to] ?? 0) + product;
  }
  return sums;
}

/** The names of the ops between a result and its operands, in the order of the calls. */
function opsBehind(output: Tensor): string[] {
  const { node } = output;
  return node === null ? [] : [...node.inputs.flatMap(opsBehind), node.op.name];
}

/** The ops that an equation takes, but for those that move nothing. */
function opsOf(equation: string, shapes: readonly (readonly number[])[]): string {
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
  it.each<readonly [string, string, readonly (readonly number[])[]]>([
    [
      'ij,jk->ik',
      'matmul',
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      'ij,jk->ki',
      'matmul',
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      'ij,kj->ik',
      'matmul',
      [
        [2, 3],
        [4, 3],
      ],
    ],
    [
      'ji,jk',
      'matmul',
      [
        [3, 2],
        [3, 4],
      ],
    ],
    ['ij,j', 'matmul', [[2, 3], [3]]],
    [
      'bhqd,bhkd->bhqk',
      'matmul',
      [
        [2, 2, 3, 4],
        [2, 2, 5, 4],
      ],
    ],
    [
      '...ij,jk->...ik',
      'matmul',
      [
        [2, 2, 3, 4],
        [4, 5],
      ],
    ],
    [
      'nchw,oc->nhwo',
      'permute matmul',
      [
        [2, 3, 4, 4],
        [5, 3],
      ],
    ],
    ['i,j->ij', 'mul', [[2], [3]]],
    [
      'bi,bi->b',
      'mul sum',
      [
        [2, 3],
        [2, 3],
      ],
    ],
    [
      'ijk,ijk->',
      'matmul',
      [
        [2, 3, 2],
        [2, 3, 2],
      ],
    ],
    [
      'ij,jk->k',
      'sum matmul',
      [
        [2, 3],
        [3, 4],
      ],
    ],
    ['ii->', 'asStrided sum', [[3, 3]]],
    ['ij->ji', 'permute', [[2, 3]]],
    ['ij->ij', '', [[2, 3]]],
  ])('%s takes: %s', (equation, expected, shapes) => {
    expect(opsOf(equation, shapes)).toBe(expected);
  });

  it('is the sum of products written out, for any equation', () => {
    const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 4, e: 2 };
    const letters = Object.keys(sizes);
    const numbers = uniforms(4000, 3).values();
    const below = (n: number) => Math.floor((numbers.next().value ?? 0) * n);
    for (let round = 0; round < 60; round++) {
      const terms = Array.from({ length: 1 + below(3) }, () =>
        Array.from({ length: below(4) }, () => letters[below(letters.length)] ?? 'a').join(''),
      );
      const used = [...new Set(Array.from(terms.join('')))];
      const output = used
        .filter(() => below(2) === 0)
        .reverse()
        .join('');
      const operands = terms.map((term) =>
        rand(
          Array.from(term, (letter) => sizes[letter] ?? 1),
          { dtype: 'f64' },
        ),
      );
      const equation = `${terms.join(',')}->${output}`;
      const found = einsum(equation, ...operands).toArray();
      const expected = writtenOut(terms, output, sizes, operands);
      expectClose(found, expected, { relative: 1e-12, what: equation });
    }
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
