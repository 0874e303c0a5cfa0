/** A way to draw a line that differs from the others in more than its colour. */
export interface Stroke {
  readonly color: string;
  /** Lengths of dashes and gaps; undefined for a solid line. */
  readonly dashes: string | undefined;
}

/**
 * The colours of Okabe and Ito that stand out on white, which people with any of the common forms
 * of colour blindness can tell apart.
 */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const dashes = [undefined, '6 3', '2 2.5', '8 3 2 3', '10 4'];

/** The stroke of the series at a position; no two of the first 35 are the same. */
export function strokeAt(index: number): Stroke {
  return {
    color: colors[index % colors.length] ?? '#000000',
    dashes: dashes[index % dashes.length],
  };
}
