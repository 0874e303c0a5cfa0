import { noGrad, tensor, type Operand, type Tensor } from '@dltrain/core';
import { constant, functions } from './functions.js';
import type { Term } from './term.js';

/**
 * Computes a term by ops of tensors; what is recorded then is its graph.
 *
 * An expression that is written more than once is computed once and used again. Calls are made level by
 * level, from the variables up, and from left to right in a level: so are the lines of a trace.
 */
export function compute(term: Term, variables: ReadonlyMap<string, Tensor>): Operand {
  const { slots, root } = layOut(term, variables);
  const order = slots.map((_, i) => i).sort((a, b) => heightOf(slots[a]) - heightOf(slots[b]));
  const results: Operand[] = [];
  for (const i of order) {
    const slot = slots[i];
    if (slot === undefined) continue;
    results[i] =
      'value' in slot
        ? slot.value
        : call(
            slot.name,
            slot.args.map((arg) => results[arg] ?? NaN),
          );
  }
  return results[root] ?? NaN;
}

/** The values of a term for values of its variables: lists of one length, or numbers for all of them. */
export function evaluate(
  term: Term,
  values: ReadonlyMap<string, number | readonly number[]>,
): number[] {
  return noGrad(() => {
    const variables = new Map<string, Tensor>();
    for (const [name, value] of values) {
      variables.set(name, tensor(Float64Array.from(typeof value === 'number' ? [value] : value)));
    }
    const result = compute(term, variables);
    return typeof result === 'number' ? [result] : Array.from(result.toArray());
  });
}

/** A number or a variable, or a call whose arguments are in other slots. */
type Slot =
  | { readonly value: Operand }
  | { readonly name: string; readonly args: readonly number[]; readonly height: number };

/** How many calls lie between a slot and the variables, at most; 0 for what is made of numbers. */
function heightOf(slot: Slot | undefined): number {
  return slot === undefined || 'value' in slot ? 0 : slot.height;
}

function isNumber(slot: Slot | undefined): boolean {
  if (slot === undefined) return false;
  return 'value' in slot ? typeof slot.value === 'number' : slot.height === 0;
}

/** The parts of a term, each once. */
function layOut(term: Term, variables: ReadonlyMap<string, Tensor>) {
  const slots: Slot[] = [];
  const byKey = new Map<string, number>();
  const place = (key: string, make: () => Slot): number => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, slots.length);
    return slots.push(make()) - 1;
  };
  const visit = (part: Term): number => {
    if (part.kind === 'number') return place(`#${part.value}`, () => ({ value: part.value }));
    const { name } = part;
    if (part.kind === 'variable') {
      return place(name, () => ({ value: variables.get(name) ?? NaN }));
    }
    const args = part.args.map(visit);
    const isOfNumbers = args.every((arg) => isNumber(slots[arg]));
    const height = isOfNumbers ? 0 : 1 + Math.max(...args.map((arg) => heightOf(slots[arg])));
    return place(`${name}(${args.join()})`, () => ({ name, args, height }));
  };
  const root = visit(term);
  return { slots, root };
}

/** Calls a function; what is made of numbers alone is a number again, and no part of the graph. */
function call(name: string, args: readonly Operand[]): Operand {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  if (args.some((arg) => typeof arg !== 'number')) return found.run(args);
  return found.run(args.map(constant)).item();
}
