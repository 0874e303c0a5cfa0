import { isFloat } from '../../dtype.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { wrappedIndices } from './indices.js';
import { formatShape, rowMajorStrides, sameShape, type Shape } from '../../shape.js';
import { emptyTensor, Tensor } from '../../tensor.js';
import { indicesAlongAxes, truePlaces } from './true-places.js';

/** A stretch of an axis, as Python's slices: what is left out (or null) is as far as there is. */
export interface Slice {
  readonly start?: number | null;
  readonly end?: number | null;
  /** Every how many; backwards when negative. 1 when left out. */
  readonly step?: number | null;
}

/** In the place of an axis: a new one, of size 1. */
export const newAxis = null;
/** In the place of several axes: all that the other items leave. */
export const ellipsis = '...';

/**
 * What is taken along an axis: the element at a number; a `Slice`, or the same as text, `'1:-1'` or
 * `'::2'`; the elements at the indices in a tensor of i32 or a list of numbers; those where a tensor of bool is
 * true, which stands for as many axes as it has. `newAxis` (null) and `ellipsis` ('...') stand for no axis of the
 * tensor and for all that are left.
 */
export type IndexItem = number | string | Slice | Tensor | readonly number[] | null;

/** What items take of a tensor. */
export interface Selection {
  /** The walk over the tensor that numbers and slices make. */
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Axes of the walk along which elements are chosen by indices, ascending, each in range. */
  readonly chosen: readonly { readonly axis: number; readonly indices: Tensor }[];
  /** In front of which of the other axes those of the indices come. */
  readonly place: number;
}

/** An item, and the first of the axes that it stands for. */
interface Placed {
  readonly item: IndexItem;
  readonly position: number;
  readonly axis: number;
}

/**
 * Works out what items take of a tensor of the given shape.
 * @throws ShapeError for more items than axes, or a mask of another shape; ValueError for a number or an
 *   index outside of its axis, and for text that is no slice; DTypeError for indices that are not whole
 */
export function select(op: string, shape: Shape, items: readonly IndexItem[]): Selection {
  const placed = placeItems(op, shape, items);
  const strides = rowMajorStrides(shape);
  const walk = { shape: [] as number[], strides: [] as number[], offset: 0 };
  const chosen: { axis: number; indices: Tensor }[] = [];
  /** Where runs of indices begin, as the number of other axes before them; equal ones are one run. */
  const runs: number[] = [];
  let others = 0;
  let running = false;
  const along = (size: number, stride: number) => {
    walk.shape.push(size);
    walk.strides.push(stride);
  };
  for (const { item, position, axis } of placed) {
    const size = shape[axis] ?? 1;
    const stride = strides[axis] ?? 0;
    // A number parts no run: its axis is taken out first, as in PyTorch. Nor does an ellipsis, but for the
    // axes that it stands for.
    if (isList(item) && !running) runs.push(others);
    if (typeof item !== 'number' && item !== ellipsis) running = isList(item);
    if (isList(item)) {
      for (const [i, indices] of listsOf(op, item, position, shape, axis).entries()) {
        chosen.push({ axis: walk.shape.length, indices });
        along(shape[axis + i] ?? 1, strides[axis + i] ?? 0);
      }
    } else if (typeof item === 'number') {
      walk.offset += stride * wrappedNumber(op, item, position, axis, size);
    } else if (item === null) {
      along(1, 0);
      others++;
    } else if (item !== ellipsis) {
      const { first, count, step } = stretchOf(op, item, position, size);
      along(count, stride * step);
      walk.offset += count > 0 ? stride * first : 0;
      others++;
    }
  }
  return { ...walk, chosen, place: runs.length === 1 ? (runs[0] ?? 0) : 0 };
}

function isList(item: IndexItem): item is Tensor | readonly number[] {
  return item instanceof Tensor || Array.isArray(item);
}

/** Whether a tensor is one whole number, which counts as such. */
function isNumber(item: IndexItem): item is Tensor {
  return item instanceof Tensor && item.rank === 0 && (item.dtype === 'i32' || item.dtype === 'u8');
}

/** How many axes of the tensor an item stands for. */
function axesOf(item: IndexItem): number {
  if (item === null || item === ellipsis) return 0;
  return item instanceof Tensor && item.dtype === 'bool' ? item.rank : 1;
}

/** Gives every item its axis; where axes are left, whole ones take the place of the ellipsis. */
function placeItems(op: string, shape: Shape, items: readonly IndexItem[]): Placed[] {
  const taken = items.reduce<number>((sum, item) => sum + axesOf(item), 0);
  const dots = items.filter((item) => item === ellipsis).length;
  if (taken > shape.length || dots > 1) {
    throw new ShapeError(
      dots > 1
        ? `${op}: '...' stands for all axes that are left, so there is at most one`
        : `${op}: the items take ${taken} axes, but ${formatShape(shape)} has ${shape.length}`,
    );
  }
  const all: readonly IndexItem[] = dots === 0 ? [...items, ellipsis] : items;
  const placed: Placed[] = [];
  let axis = 0;
  all.forEach((item, position) => {
    placed.push({ item: isNumber(item) ? item.item() : item, position, axis });
    axis += axesOf(item);
    if (item !== ellipsis) return;
    for (let left = shape.length - taken; left > 0; left--) {
      placed.push({ item: {}, position, axis: axis++ });
    }
  });
  return placed;
}

function wrappedNumber(
  op: string,
  index: number,
  position: number,
  axis: number,
  size: number,
): number {
  const wrapped = index < 0 ? index + size : index;
  if (!Number.isInteger(index) || wrapped < 0 || wrapped >= size) {
    throw new ValueError(
      `${op}: item ${position} is ${index}, which is outside of axis ${axis} of size ${size}: give a ` +
        `whole number of ${size > 0 ? `[${-size}, ${size})` : 'another axis'}`,
    );
  }
  return wrapped;
}

const sliceText = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

/** Where a slice begins in an axis, how many elements it takes, and how far they are apart. */
function stretchOf(
  op: string,
  item: string | Slice,
  position: number,
  size: number,
): { readonly first: number; readonly count: number; readonly step: number } {
  const { start, end, step } = typeof item === 'string' ? parsedSlice(op, item, position) : item;
  const by = step ?? 1;
  if (![start ?? 0, end ?? 0, by].every(Number.isInteger) || by === 0) {
    throw new ValueError(
      `${op}: item ${position} goes from ${start} to ${end} by ${step}; start and end are whole ` +
        'numbers, and a step is one other than 0',
    );
  }
  // Where a walk may begin and end: backwards it ends in front of the first element.
  const [lowest, highest] = by > 0 ? [0, size] : [-1, size - 1];
  const place = (index: number) =>
    Math.max(lowest, Math.min(highest, index < 0 ? index + size : index));
  const first = place(start ?? (by > 0 ? 0 : size - 1));
  const last = end === null || end === undefined ? (by > 0 ? highest : lowest) : place(end);
  return { first, count: Math.max(0, Math.ceil((last - first) / by)), step: by };
}

function parsedSlice(op: string, text: string, position: number): Slice {
  const parts = sliceText.exec(text);
  if (parts === null) {
    throw new ValueError(
      `${op}: item ${position} is '${text}', which is no slice; write 'start:end', 'start:end:step' ` +
        "or '...'",
    );
  }
  const [start, end, step] = parts.slice(1).map((part) => (part ? Number(part) : null));
  return { start: start ?? null, end: end ?? null, step: step ?? null };
}

/** The indices that a tensor or list brings along each of the axes that it stands for. */
function listsOf(
  op: string,
  item: Tensor | readonly number[],
  position: number,
  shape: Shape,
  axis: number,
): Tensor[] {
  const given = item instanceof Tensor ? item : listTensor(op, item, position);
  if (given.dtype === 'bool') {
    const expected = shape.slice(axis, axis + given.rank);
    if (given.rank === 0 || !sameShape(given.shape, expected)) {
      throw new ShapeError(
        `${op}: item ${position} is a mask of shape ${formatShape(given.shape)} over axes of sizes ` +
          `${formatShape(expected)}; it has one truth value for each element`,
      );
    }
    return indicesAlongAxes(op, truePlaces(op, given), expected);
  }
  if (isFloat(given.dtype)) {
    throw new DTypeError(
      `${op}: item ${position} is a tensor of ${given.dtype}; indices are i32, a mask is bool: use ` +
        "to('i32')",
    );
  }
  return [wrappedIndices(`${op}: item ${position}`, given, shape[axis] ?? 0)];
}

function listTensor(op: string, list: readonly number[], position: number): Tensor {
  if (!list.every(Number.isInteger)) {
    throw new ValueError(
      `${op}: item ${position} is a list with ${list.find((one) => !Number.isInteger(one))} in it; ` +
        'indices are whole numbers',
    );
  }
  const indices = emptyTensor([list.length], 'i32', op);
  indices.view().set(list);
  return indices;
}
