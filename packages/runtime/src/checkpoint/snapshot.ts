import { engine, StateError, viewOf } from '@dltrain/core';
import type { WeightArray } from '@dltrain/nn';
import type { ParameterLayout } from '../parameter-layout.js';
import type { RankContext } from '../rank-context.js';
import type { GenerationPlace } from '../run-layout.js';

/**
 * Copies this rank's slice of the generation in force to the snapshot. All ranks together copy everything,
 * and the next steps leave the copy alone.
 */
export function takeSnapshot(context: RankContext): void {
  const { control, layout } = context;
  const { snapshot } = layout;
  if (snapshot === null) throw new StateError('this run has no room for a snapshot');
  context.enter('snapshot', control.get('steps'));
  const now = layout.generations[control.generation];
  const memory = new Uint8Array(engine().memory);
  const copies = [
    [now.parameters, snapshot.parameters] as const,
    ...now.states.map((state, i) => [state, snapshot.states[i] ?? 0] as const),
  ];
  for (const { block, offset, bytes } of context.slice().updates) {
    for (const [from, to] of copies) {
      memory.copyWithin(to + offset, from + offset, from + offset + bytes);
    }
    if (block.start > 0) continue;
    const { index } = block.slot;
    memory.copyWithin(
      snapshot.updates + 4 * index,
      now.updates + 4 * index,
      now.updates + 4 * index + 4,
    );
  }
}

/** The parameters of a generation by name, where they lie. */
export function parametersAt(
  place: GenerationPlace,
  layout: ParameterLayout,
): Map<string, WeightArray> {
  return arraysAt(place.parameters, layout, (name) => name);
}

/** The states that the optimizer keeps, as `<parameter>.<state>`, where they lie. */
export function statesAt(
  place: GenerationPlace,
  layout: ParameterLayout,
  stateNames: readonly string[],
): Map<string, WeightArray> {
  return new Map(
    stateNames.flatMap((state, i) => [
      ...arraysAt(place.states[i] ?? 0, layout, (name) => `${name}.${state}`),
    ]),
  );
}

/** How often each parameter was updated. */
export function updatesAt(place: GenerationPlace, { slots }: ParameterLayout): Int32Array {
  return new Int32Array(engine().memory, place.updates, slots.length);
}

function arraysAt(
  base: number,
  { slots }: ParameterLayout,
  nameOf: (parameter: string) => string,
): Map<string, WeightArray> {
  return new Map(
    slots.map(({ name, shape, dtype, count, offset }) => {
      const data = viewOf(dtype, engine().memory, base + offset, count);
      return [nameOf(name), { dtype, shape, data }];
    }),
  );
}
