import type { WeightsEvent } from '@dltrain/runtime';

/** The weights of one run after each of its steps, in order. */
export type Trail = readonly WeightsEvent[];

/** Where two runs part, and how. */
export type Difference =
  | {
      readonly kind: 'weights';
      readonly step: number;
      /** The parameters that differ, in the order of the model; only one of the runs may have one. */
      readonly tensors: readonly string[];
    }
  /** One of the runs told nothing of a step that the other one did. */
  | { readonly kind: 'missing'; readonly step: number; readonly from: 'first' | 'second' };

/** The first difference between two runs; null when they agree at every step. */
export function firstDifference(first: Trail, second: Trail): Difference | null {
  for (const [i, a] of first.entries()) {
    const b = second[i];
    if (b?.step !== a.step) return missingStep(a.step, b?.step);
    const tensors = differingTensors(a, b);
    if (a.sha256 !== b.sha256 || tensors.length > 0) {
      return { kind: 'weights', step: a.step, tensors };
    }
  }
  const next = second[first.length];
  return next === undefined ? null : missingStep(undefined, next.step);
}

/** Of two steps at the same place, the earlier one is missing from the other run. */
function missingStep(ofFirst = Infinity, ofSecond = Infinity): Difference {
  return ofFirst < ofSecond
    ? { kind: 'missing', step: ofFirst, from: 'second' }
    : { kind: 'missing', step: ofSecond, from: 'first' };
}

function differingTensors(a: WeightsEvent, b: WeightsEvent): string[] {
  // Most steps agree: then there is nothing to look through.
  if (a.parameters === b.parameters) return [];
  const names = new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...names].filter((name) => a.parameters[name] !== b.parameters[name]);
}
