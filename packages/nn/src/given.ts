/** What a value is, for an error about it: `a Linear`, `the class ReLU`, `an array`, `'abc'`. */
export function describeGiven(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'function') {
    const what = isClass(value) ? 'the class' : 'the function';
    return value.name === '' ? what.replace('the', 'a') : `${what} ${value.name}`;
  }
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const kind = (value.constructor as { readonly name?: string } | undefined)?.name ?? '';
  if (kind === '' || kind === 'Object') return 'a plain object';
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Whether a function is a class, which gives nothing without `new`. */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');
}
