/** Whether a value is an object of no class, as `{ ... }` makes it. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && classOf(value) === null;
}

/** The name of the class that an object is of, which may have none (''); null for a plain object. */
export function classOf(value: object): string | null {
  if (Array.isArray(value)) return 'Array';
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  if (typeof constructor !== 'function') return null;
  // In another realm `Object` is another one, too, so the name counts.
  return constructor.name === 'Object' ? null : constructor.name;
}
