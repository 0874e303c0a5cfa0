/** A number rounded to a thousandth, for reading; very large and very small ones with an exponent. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || (size !== 0 && size < 5e-4)) return value.toExponential(2).replace('e+', 'e');
  return (Object.is(value, -0) ? 0 : value).toFixed(3);
}

/** As `rounded`, without zeros at the end. */
export function brief(value: number): string {
  const text = rounded(value);
  return text.includes('e') ? text : text.replace(/\.?0+$/, '');
}

/** A number with as many digits as derivatives are compared by. */
export function precise(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** How far a value is from the truth; where there is none, that is undefined. */
export function errorText(value: number, truth: number): string {
  if (Number.isNaN(truth)) return 'undefined';
  const error = Object.is(value, truth) ? 0 : Math.abs(value - truth);
  if (Number.isNaN(error)) return 'undefined';
  return error === 0 ? '0' : error.toExponential(1).replace('e+', 'e');
}
