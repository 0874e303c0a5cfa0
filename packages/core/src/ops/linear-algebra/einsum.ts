import { arrange, contract, label, sumOthers, type Labelled } from './contraction.js';
import { parseEquation } from './einsum-equation.js';
import { DTypeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';

/**
 * Sums of products by the names of axes (Einstein's convention). Each operand has a letter an axis;
 * the result has the letters behind `->`, and what is not there is summed over:
 *
 * - `ij,jk->ik` is a matrix product, `bij,bjk->bik` one for each b, `i,j->ij` an outer product;
 * - a letter twice in one operand takes its diagonal: `ii->` is a trace;
 * - `...` stands for any axes, which broadcast: `...ij,...jk->...ik`;
 * - without `->` the result has those of `...`, then the letters that appear once, in alphabetical order.
 *
 * Axes of size 1 broadcast. More than two operands are multiplied two by two, the cheapest pair
 * first. Pairs with something to sum over are matrix products. Derivative: that of its parts.
 * @throws ValueError for an equation that cannot be read or names another number of operands;
 *   ShapeError when it does not fit the shapes; DTypeError when dtypes differ
 *
 * @example
 * einsum('ij,jk->ik', zeros([2, 3]), zeros([3, 4])).shape; // [2, 4]
 * einsum('bhqd,bhkd->bhqk', queries, keys);
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const {
    operands: names,
    output,
    sizes,
  } = parseEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
  const dtypes = [...new Set(operands.map(({ dtype }) => dtype))];
  if (dtypes.length > 1) {
    throw new DTypeError(
      `einsum: operands are ${dtypes.join(' and ')}; convert them with to('${dtypes[0]}')`,
    );
  }
  const rest = operands.map((x, i) => label(x, names[i] ?? [], sizes));
  while (rest.length > 1) {
    const [i, j] = cheapestPair(rest, sizes);
    const [b] = rest.splice(j, 1);
    const [a] = rest.splice(i, 1);
    if (a === undefined || b === undefined) break;
    const wanted = new Set([...output, ...rest.flatMap(({ labels }) => labels)]);
    rest.push(leadsIn(output, b, a) ? contract(b, a, wanted) : contract(a, b, wanted));
  }
  const [product] = rest;
  if (product === undefined) throw new ValueError('einsum: there is no operand; give at least one');
  return arrange(sumOthers(product, new Set(output)), output);
}

/** The two operands, the first before the second, whose product takes the fewest multiplications. */
function cheapestPair(
  operands: readonly Labelled[],
  sizes: ReadonlyMap<string, number>,
): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Infinity;
  operands.forEach(({ labels }, j) => {
    operands.slice(0, j).forEach((other, i) => {
      let cost = 1;
      for (const name of new Set([...other.labels, ...labels])) cost *= sizes.get(name) ?? 1;
      if (cost < least) {
        least = cost;
        best = [i, j];
      }
    });
  });
  return best;
}

/** Whether the result begins, after what both have, with an axis of `a`: then it need not be moved. */
function leadsIn(output: readonly string[], a: Labelled, b: Labelled): boolean {
  const first = output.find((name) => a.labels.includes(name) !== b.labels.includes(name));
  return first !== undefined && a.labels.includes(first);
}

registerComposed<{ readonly equation: string }>({
  name: 'einsum',
  run: (inputs, { equation }) => einsum(equation, ...inputs),
  torch: "torch.einsum(args['equation'], *x)",
  samples: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      args: { equation: 'ij,jk->ik' },
    },
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      args: { equation: 'ij,jk->ki' },
    },
    {
      inputs: [
        [3, 2],
        [4, 3],
      ],
      args: { equation: 'ji,kj' },
    },
    {
      inputs: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      args: { equation: 'bij, bjk -> bik' },
    },
    {
      inputs: [
        [2, 2, 3],
        [3, 2, 2],
      ],
      args: { equation: 'bij,jkb->ikb' },
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: { equation: 'bi,bi->b' },
    },
    { inputs: [[3], [2]], args: { equation: 'i,j->ji' } },
    { inputs: [[3], [3]], args: { equation: 'i,i' } },
    { inputs: [[3, 3]], args: { equation: 'ii' } },
    { inputs: [[3, 3, 2]], args: { equation: 'iij->ji' } },
    { inputs: [[2, 3]], args: { equation: 'ba' } },
    { inputs: [[2, 3, 2]], args: { equation: 'ijk->j' } },
    { inputs: [[3, 3], [3]], args: { equation: 'ii,i->i' } },
    {
      inputs: [
        [2, 1, 2, 3],
        [2, 3, 2],
      ],
      args: { equation: '...ij,...jk->...ik' },
    },
    { inputs: [[2, 3, 2]], args: { equation: 'i...->...i' } },
    {
      inputs: [
        [3, 2],
        [2, 3],
      ],
      args: { equation: '...i,i...' },
    },
    { inputs: [[2, 3, 2]], args: { equation: '...i->i' } },
    {
      inputs: [
        [2, 3],
        [1, 3],
      ],
      args: { equation: 'ij,ij->i' },
    },
    {
      inputs: [
        [2, 3],
        [3, 2],
        [2, 4],
      ],
      args: { equation: 'ij,jk,kl->il' },
    },
    { inputs: [[2], [3], [2, 3]], args: { equation: 'i,j,ij->' } },
    { inputs: [[2, 2], [2, 2], [2, 2], [2]], args: { equation: 'ab,bc,cd,a->ad' } },
    {
      inputs: [
        [2, 3, 2, 2],
        [3, 2],
      ],
      args: { equation: 'abcd,bd->ca' },
    },
    { inputs: [[], [2]], args: { equation: ',i' } },
    { inputs: [[]], args: { equation: '' } },
    {
      inputs: [
        [2, 0],
        [0, 3],
      ],
      args: { equation: 'ij,jk->ik' },
    },
    { inputs: [[0, 2], [2]], args: { equation: 'ij,j->i' } },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: { equation: 'ij,kl->' },
    },
    {
      inputs: [
        { shape: [2, 3], dtype: 'i32', low: -4, high: 4 },
        { shape: [3, 2], dtype: 'i32', low: -4, high: 4 },
      ],
      args: { equation: 'ij,jk->ik' },
    },
  ],
});
