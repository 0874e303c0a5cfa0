import type { Tensor } from './tensor.js';
import { formatShape } from './shape.js';

/** Elements shown at each end of an axis that is too long to show whole. */
const edge = 3;
/** Tensors of up to this many elements are shown whole. */
const wholeSize = 200;

/**
 * Text of a tensor: dtype, shape, and its elements in aligned columns, the middle left out of long
 * axes.
 */
export function formatTensor(tensor: Tensor): string {
  const grad = tensor.requiresGrad ? ' requiresGrad' : '';
  const head = `Tensor ${tensor.dtype} ${formatShape(tensor.shape)}${grad}`;
  if (tensor.storage.owner?.released === true) return `${head} (released)`;
  const data = tensor.view();
  const shorten = data.length > wholeSize;
  const shown = (length: number): (number | '...')[] =>
    shorten && length > 2 * edge
      ? [0, 1, 2, '...', length - 3, length - 2, length - 1]
      : Array.from({ length }, (_, i) => i);
  const cells: string[] = [];
  const collect = (axis: number, start: number, stride: number): void => {
    const length = tensor.shape[axis];
    if (length === undefined) {
      cells.push(formatElement(data[start] ?? NaN, tensor.dtype));
      return;
    }
    for (const i of shown(length)) {
      if (i !== '...') collect(axis + 1, start + (i * stride) / length, stride / length);
    }
  };
  if (data.length > 0) collect(0, 0, data.length);
  const width = Math.max(0, ...cells.map((cell) => cell.length));
  let next = 0;
  const build = (axis: number, indent: string): string => {
    const length = tensor.shape[axis];
    if (length === undefined) return (cells[next++] ?? '').padStart(width);
    const parts = shown(length).map((i) => (i === '...' ? '...' : build(axis + 1, indent + ' ')));
    const last = axis === tensor.shape.length - 1;
    const gap = last ? ', ' : ',' + '\n'.repeat(tensor.shape.length - 1 - axis) + indent;
    return `[${parts.join(gap)}]`;
  };
  if (data.length === 0) return `${head} []`;
  return tensor.shape.length < 2 ? `${head} ${build(0, '')}` : `${head}\n${build(0, ' ')}`;
}

function formatElement(value: number, dtype: Tensor['dtype']): string {
  if (dtype === 'bool') return value === 0 ? 'false' : 'true';
  if (Number.isInteger(value)) return Object.is(value, -0) ? '-0' : String(value);
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  return magnitude >= 1e-4 && magnitude < 1e6 ? value.toFixed(4) : value.toExponential(3);
}
