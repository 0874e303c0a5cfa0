/** An expression as it is computed: numbers, variables, and functions of terms. */
export type Term =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Term[] };

/** The names of the variables of a term, each once, from left to right. */
export function variablesOf(term: Term): string[] {
  if (term.kind === 'number') return [];
  if (term.kind === 'variable') return [term.name];
  return [...new Set(term.args.flatMap(variablesOf))];
}

/** How many calls are around the innermost part of a term. */
export function depthOf(term: Term): number {
  if (term.kind !== 'call') return 0;
  return term.args.reduce((deepest, arg) => Math.max(deepest, 1 + depthOf(arg)), 1);
}
