import { bytesPerElement } from './dtype.js';
import { engine } from './engine.js';
import { DltrainError } from './errors.js';
import { matmul } from './ops/linear-algebra/matmul.js';
import { narrow } from './ops/shape/slice.js';
import { sum } from './ops/reductions/sum.js';
import { transpose } from './ops/shape/transpose.js';
import { foldTree } from './tree.js';
import { formatShape } from './shape.js';
import { emptyTensor, type Tensor } from './tensor.js';

/**
 * Where the rows of a batch are cut. A sum over the rows begins anew in each part, and the parts are
 * joined by the binary tree, as if each part had been computed by itself: the bits are the same.
 */
export interface RowParts {
  /** Behind the last row of each part, ascending; no part is empty. */
  readonly ends: readonly number[];
}

/** Runs `work` with the rows of the batch cut into parts. */
export function withRowParts<T>(parts: RowParts, work: () => T): T {
  const active = engine();
  const { rowParts } = active;
  active.rowParts = parts;
  try {
    return work();
  } finally {
    active.rowParts = rowParts;
  }
}

/** Most parts that a kernel takes at once; more are computed one by one. */
export const mostParts = 64;

/** The ends of the parts among `rows` rows, of which each sample may have several; null where they are one. */
function endsAmong(rows: number): readonly number[] | null {
  const { recording, rowParts } = engine();
  if (rowParts === null || rowParts.ends.length < 2) return null;
  if (recording) {
    throw new DltrainError('sums over parts of the rows are not recorded; leave createGraph out');
  }
  const each = rows / (rowParts.ends.at(-1) ?? 1);
  if (!Number.isInteger(each)) {
    throw new DltrainError(
      `${rows} rows do not belong to ${rowParts.ends.at(-1)} samples: an op mixes samples, or drops some; ` +
        'a module that does so is not rowwise',
    );
  }
  return each === 1 ? rowParts.ends : rowParts.ends.map((end) => end * each);
}

/** A sum over the rows of a batch: `part` computes that of the rows from `begin` to `end`. */
export function sumOverParts(rows: number, part: (begin: number, end: number) => Tensor): Tensor {
  const ends = endsAmong(rows);
  if (ends === null) return part(0, rows);
  return foldTree(
    { low: 0, high: ends.length },
    (i) => part(ends[i - 1] ?? 0, ends[i] ?? rows),
    (left, right) => {
      const address = left.address();
      engine().kernel('add', left.dtype)(address, address, right.address(), left.size, 0);
      return left;
    },
  );
}

/** `aT b`: the products of rows of two matrices, summed over the rows of the batch. */
export function productOverRows(a: Tensor, b: Tensor): Tensor {
  const [rows = 0, m = 1] = a.shape;
  const n = b.shape[1] ?? 1;
  const ends = endsAmong(rows);
  if (ends === null) return matmul(transpose(a), b);
  const partByPart = () =>
    sumOverParts(rows, (begin, end) =>
      matmul(transpose(narrow(a, 0, begin, end - begin)), narrow(b, 0, begin, end - begin)),
    );
  const active = engine();
  active.nextOp();
  const out = emptyTensor([m, n], a.dtype, 'productOverRows');
  if (out.size === 0) return out;
  const [to, left, right] = [out.address(), a.address(), b.address()];
  if (ends.length > mostParts) return partByPart();
  const list = active.describeNumbers(ends);
  const tooLong = active.kernel('gemmParts', a.dtype)(to, left, right, list, ends.length, m, n);
  return tooLong === 0 ? out : partByPart();
}

/** The sum of the rows of a matrix over the rows of the batch. */
export function sumOverRows(a: Tensor): Tensor {
  const [rows = 0, columns = 1] = a.shape;
  const ends = endsAmong(rows);
  if (ends === null) return sum(a, { axis: 0 });
  if (ends.length > mostParts) {
    return sumOverParts(rows, (begin, end) => sum(narrow(a, 0, begin, end - begin), { axis: 0 }));
  }
  const active = engine();
  active.nextOp();
  const out = emptyTensor([columns], a.dtype, 'sumOverRows');
  const [to, from, list] = [out.address(), a.address(), active.describeNumbers(ends)];
  active.kernel('sumParts', a.dtype)(to, from, list, ends.length, columns);
  return out;
}

/**
 * The sums of all elements of `x` in each part of its rows, each with the bits of `sum` of those rows.
 * @throws DltrainError when the parts are not those of its rows
 */
export function partSums(x: Tensor, { ends }: RowParts): number[] {
  if (x.shape[0] !== ends.at(-1)) {
    throw new DltrainError(
      `partSums: ${ends.at(-1)} rows are cut into parts, but the tensor is ${formatShape(x.shape)}`,
    );
  }
  engine().nextOp();
  const sums = emptyTensor([ends.length], x.dtype, 'partSums');
  const kernel = engine().kernel('sum', x.dtype);
  const bytes = bytesPerElement(x.dtype);
  const each = x.size / (x.shape[0] ?? 1);
  let begin = 0;
  ends.forEach((end, part) => {
    const from = x.address() + begin * each * bytes;
    kernel(sums.address() + part * bytes, from, 1, (end - begin) * each, 1);
    begin = end;
  });
  return Array.from(sums.view());
}
