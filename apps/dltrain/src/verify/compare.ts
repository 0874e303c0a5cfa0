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
  for (let i = 0; i < Math.max(first.length, second.length); i += 1) {
    const a = first[i];
    const b = second[i];
    if (a === undefined || b === undefined || a.step !== b.step) return missingStep(a, b);
    const tensors = differingTensors(a, b);
    if (a.sha256 !== b.sha256 || tensors.length > 0) {
      return { kind: 'weights', step: a.step, tensors };
    }
  }
  return null;
}

/** Of two steps at the same place, the earlier one is missing from the other run. */
function missingStep(a: WeightsEvent | undefined, b: WeightsEvent | undefined): Difference {
  const ofA = a?.step ?? Infinity;
  const ofB = b?.step ?? Infinity;
  return ofA < ofB
    ? { kind: 'missing', step: ofA, from: 'second' }
    : { kind: 'missing', step: ofB, from: 'first' };
}

function differingTensors(a: WeightsEvent, b: WeightsEvent): string[] {
  // Most steps agree: then there is nothing to look through.
  if (a.parameters === b.parameters) return [];
  const names = new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...names].filter((name) => a.parameters[name] !== b.parameters[name]);
}
