import { ShapeError, ValueError } from '../../errors.js';
import { wrappedIndices } from './indices.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { eq } from '../elementwise/compare.js';
import { indexSelect } from './index-select.js';
import { reshape } from '../shape/reshape.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface EmbeddingOptions {
  /** A row that stands for nothing: it is looked up like others, but has no gradient. */
  readonly paddingIndex?: number;
}

const embeddingNames: OptionNames<EmbeddingOptions> = { paddingIndex: true };

/**
 * The row of the weight, `[rows, size]`, for each index: `y[..., :] = weight[index[...], :]`. Indices
 * below 0 count from the back. Derivative: each row's gradients added in the order of the indices, and 0
 * for the row of `paddingIndex`.
 * @throws ShapeError unless the weight is a matrix; DTypeError unless the indices are i32 or u8;
 *   ValueError when one, or `paddingIndex`, is outside of the rows
 *
 * @example
 * embedding(tensor([[1, 2], [3, 4]]), tensor([[1, 0]], { dtype: 'i32' })); // [[[3, 4], [1, 2]]]
 */
export function embedding(weight: Tensor, indices: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkOptions('embedding', options, embeddingNames);
  const { paddingIndex } = options;
  const [count = 0, size = 0] = weight.shape;
  if (weight.rank !== 2) {
    throw new ShapeError(
      `embedding: the weight is a matrix with a row for each index, not ${formatShape(weight.shape)}`,
    );
  }
  const list = reshape(wrappedIndices('embedding', indices, count), [-1]);
  const rows = indexSelect(weight, list);
  const shape = [...indices.shape, size];
  if (paddingIndex === undefined) return reshape(rows, shape);
  const padding = paddingIndex < 0 ? paddingIndex + count : paddingIndex;
  if (!Number.isInteger(padding) || padding < 0 || padding >= count) {
    throw new ValueError(
      `embedding: the padding index ${paddingIndex} is not among the ${count} rows of the weight`,
    );
  }
  return reshape(where(reshape(eq(list, padding), [-1, 1]), rows.detach(), rows), shape);
}

registerComposed<EmbeddingOptions>({
  name: 'embedding',
  run: ([weight, indices], args) => embedding(weight, indices, args),
  torch: 'F.embedding(b, a, args.get("paddingIndex"))',
  samples: [
    { inputs: [[5, 3], { shape: [2, 4], dtype: 'i32', low: 0, high: 4 }], args: {} },
    { inputs: [[3, 2], { shape: [], dtype: 'i32', values: [1] }], args: {} },
    { inputs: [[3, 2], { shape: [0, 2], dtype: 'i32' }], args: {} },
    // Differences would see the row that counts for nothing.
    {
      inputs: [[4, 2], { shape: [2, 3], dtype: 'i32', values: [1, 3, 1, 0, 1, 2] }],
      args: { paddingIndex: 1 },
      extreme: true,
    },
    {
      inputs: [[4, 2], { shape: [3], dtype: 'i32', values: [3, 3, 0] }],
      args: { paddingIndex: -1 },
      extreme: true,
    },
  ],
});
