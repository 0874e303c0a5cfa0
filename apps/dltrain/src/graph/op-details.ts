/** Arguments that say nothing which the shapes on the arrows do not. */
const shown = new Set(['size', 'output', 'shape', 'from', 'to']);

const longest = 48;

/** The arguments of an op in words: `activation relu`, `stride 2, 2`; usual values are left out. */
export function opDetails(args: unknown): string[] {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return [];
  return Object.entries(args).flatMap(([key, value]: [string, unknown]) => {
    if (shown.has(key) || isUsual(key, value)) return [];
    if (key === 'window') return opDetails(value);
    const words = wordsOf(value);
    return words === null ? [] : [`${key} ${words}`.slice(0, longest)];
  });
}

function isUsual(key: string, value: unknown): boolean {
  const numbers = [value].flat();
  if (key === 'stride' || key === 'dilation') return numbers.every((n) => n === 1);
  if (key === 'groups') return value === 1;
  return key === 'padding' && numbers.every((n) => n === 0);
}

/** A number, a word or a short list; null for what would not fit a box. */
function wordsOf(value: unknown): string | null {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (typeof value === 'string') return value;
  if (value === true) return 'yes';
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'number');
  return isList && value.length > 0 && value.length <= 6 ? value.join(', ') : null;
}
