import { ShapeError, ValueError } from './errors.js';
import { describeValue } from './describe-value.js';
import { requireList } from './require-list.js';

/** Sizes along each axis, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements: the product of the sizes, 1 for a scalar. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Whether a shape is the last sizes of another, so that its elements repeat in it as they lie. */
export function suffixOf(suffix: Shape, shape: Shape): boolean {
  const lead = shape.length - suffix.length;
  for (let i = 0; i < suffix.length; i++) if (suffix[i] !== shape[lead + i]) return false;
  return lead >= 0;
}

/** Row-major strides in elements: the last axis moves fastest. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Checks that every size is a whole number of zero or more. */
export function checkShape(op: string, shape: Shape): void {
  requireList(op, 'sizes', shape, '[2, 3]');
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(
        `${op}: ${formatShape(shape)} is not a shape; give whole numbers of zero or more`,
      );
    }
  }
}

/** An axis counted from the front; -1 is the last. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') throw notAnAxis(op, axis, 'a number');
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new ShapeError(
      rank === 0
        ? `${op}: a scalar has no axis ${axis}`
        : `${op}: axis ${axis} is outside [${-rank}, ${rank - 1}] of a tensor with ${rank} axes`,
    );
  }
  return normal;
}

function checkAxes(op: string, axes: unknown): void {
  if (!Array.isArray(axes)) throw notAnAxis(op, axes, 'a number or a list of numbers');
}

function notAnAxis(op: string, given: unknown, kind: string): ValueError {
  const inside: unknown =
    typeof given === 'object' && given !== null ? Object.values(given)[0] : undefined;
  const remedy = typeof inside === 'number' ? `; give ${inside} alone` : '';
  return new ValueError(`${op}: the axis is ${kind} here, not ${describeValue(given)}${remedy}`);
}

/**
 * Distinct axes, ascending; all of them when none are given. A scalar may be reduced along axis 0 or -1
 * as a list of one may, though it has no axis to return.
 */
export function normalizeAxes(
  op: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : axes;
  checkAxes(op, list);
  const named = rank === 0 ? list.filter((axis) => axis !== 0 && axis !== -1) : list;
  const normal = named.map((axis) => normalizeAxis(op, axis, rank)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(`${op}: axes [${list.join(', ')}] name one axis twice`);
  }
  return normal;
}

/**
 * The shape two operands have together: sizes are aligned at the last axis, and 1 stretches.
 * @throws ShapeError when two sizes differ and neither is 1
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const sizeA = a[a.length - i] ?? 1;
    const sizeB = b[b.length - i] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError(
        `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ` +
          `axis -${i} has ${sizeA} and ${sizeB}; they must be equal or one of them 1`,
      );
    }
    shape[rank - i] = sizeA === 1 ? sizeB : sizeA;
  }
  return shape;
}

/** Strides with which a row-major operand is read as if it had the broadcast shape. */
export function broadcastStrides(operand: Shape, shape: Shape): number[] {
  const own = rowMajorStrides(operand);
  const lead = shape.length - operand.length;
  return shape.map((_, axis) =>
    axis < lead || operand[axis - lead] === 1 ? 0 : (own[axis - lead] ?? 0),
  );
}

/** Axes of `shape` along which an operand was stretched, for summing a gradient back. */
export function stretchedAxes(operand: Shape, shape: Shape): number[] {
  const lead = shape.length - operand.length;
  return shape.flatMap((size, axis) =>
    axis < lead || (operand[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
}

/**
 * Merges neighbouring axes that every operand walks without a jump, so that a kernel sees as few
 * axes as there are. Axes of size 1 vanish. At least one axis stays.
 */
export function collapseAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const outShape: number[] = [];
  const outStrides: number[][] = strides.map(() => []);
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const last = outShape.length - 1;
    const merges =
      last >= 0 && strides.every((s, k) => outStrides[k]?.[last] === (s[axis] ?? 0) * size);
    if (merges) outShape[last] = (outShape[last] ?? 1) * size;
    else outShape.push(size);
    const at = outShape.length - 1;
    strides.forEach((s, k) => {
      const own = outStrides[k];
      if (own) own[at] = s[axis] ?? 0;
    });
  });
  if (outShape.length === 0) {
    outShape.push(1);
    for (const own of outStrides) own.push(0);
  }
  return { shape: outShape, strides: outStrides };
}
