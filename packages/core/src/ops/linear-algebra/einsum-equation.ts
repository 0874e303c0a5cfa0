import { ShapeError, ValueError } from '../../errors.js';
import { formatShape, type Shape } from '../../shape.js';

/** An equation read against the shapes of its operands. An axis of an ellipsis is labelled `.0`, `.1`, ... from the last on. */
export interface EinsumEquation {
  /** A label for each axis of each operand. */
  readonly operands: readonly (readonly string[])[];
  /** The labels of the result. */
  readonly output: readonly string[];
  /** How far each label counts; operands with another size have 1 there. */
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Reads `ij,jk->ik` and the like.
 * @throws ValueError for an equation that cannot be read; ShapeError when it does not fit the shapes
 */
export function parseEquation(equation: string, shapes: readonly Shape[]): EinsumEquation {
  const fail = (what: string) => new ValueError(`einsum: '${equation}': ${what}`);
  const sides = equation.replace(/\s/g, '').split('->');
  const [left = '', right] = sides;
  if (sides.length > 2)
    throw fail("there is more than one '->'; write operands, one '->', the result");
  const terms = left.split(',');
  if (terms.length !== shapes.length) {
    throw fail(`it names ${terms.length} operands, but ${shapes.length} are given`);
  }
  for (const term of [...terms, right ?? '']) {
    if (!/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)) {
      throw fail(`'${term}' is not a list of letters with at most one '...'`);
    }
  }
  const operands = terms.map((term, i) => labelsOf(term, shapes[i] ?? [], i, equation));
  const hidden = ellipsisLabels(Math.max(...operands.map(countHidden)));
  const output = right === undefined ? implicitOutput(operands, hidden) : spread(right, hidden);
  const sizes = sizesOf(operands, shapes, equation);
  output.forEach((label, i) => {
    if (!sizes.has(label) && !hidden.includes(label)) {
      throw fail(`the result has ${label}, which no operand has`);
    }
    if (output.indexOf(label) !== i) throw fail(`the result has ${label} twice`);
  });
  return { operands, output, sizes };
}

/** Labels for so many axes of an ellipsis, which are aligned at the last. */
function ellipsisLabels(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);
}

function countHidden(labels: readonly string[]): number {
  return labels.filter((label) => label.startsWith('.')).length;
}

/** The letters of a term, and the labels of its ellipsis in their place. */
function spread(term: string, hidden: readonly string[]): string[] {
  const [before = '', after] = term.split('...');
  const letters = before.split('');
  return after === undefined ? letters : [...letters, ...hidden, ...after.split('')];
}

function labelsOf(term: string, shape: Shape, operand: number, equation: string): string[] {
  const open = term.includes('...');
  const named = term.length - (open ? 3 : 0);
  if (open ? shape.length < named : shape.length !== named) {
    throw new ShapeError(
      `einsum: '${equation}': operand ${operand} of shape ${formatShape(shape)} has ${shape.length} axes, ` +
        `but '${term}' names ${named}${open ? ' and more' : ''}`,
    );
  }
  return spread(term, ellipsisLabels(shape.length - named));
}

/** Without a stated result: the axes of the ellipsis, then the letters that appear once, in order. */
function implicitOutput(
  operands: readonly (readonly string[])[],
  hidden: readonly string[],
): string[] {
  const all = operands.flat();
  const once = all.filter(
    (label) => !label.startsWith('.') && all.indexOf(label) === all.lastIndexOf(label),
  );
  return [...hidden, ...once.sort()];
}

function sizesOf(
  operands: readonly (readonly string[])[],
  shapes: readonly Shape[],
  equation: string,
): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, operand) => {
    const shape = shapes[operand] ?? [];
    labels.forEach((label, axis) => {
      const size = shape[axis] ?? 1;
      const known = sizes.get(label) ?? 1;
      // Within one operand a diagonal is meant, and there is none of unequal sizes.
      const own = shape[labels.indexOf(label)] ?? 1;
      if (own !== size || (known !== size && known !== 1 && size !== 1)) {
        throw new ShapeError(
          `einsum: '${equation}': ${label.startsWith('.') ? 'an axis of ...' : label} is ${size} in ` +
            `operand ${operand} of shape ${formatShape(shape)}, but ${own !== size ? own : known} before`,
        );
      }
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return sizes;
}
