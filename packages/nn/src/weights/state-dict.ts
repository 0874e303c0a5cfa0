import { types } from 'node:util';
import {
  checkOptions,
  describeValue,
  formatShape,
  nearestName,
  sameShape,
  StateError,
  type Shape,
} from '@dltrain/core';
import type { Module } from '../module.js';
import { structureOf } from '../module-structure.js';
import { checkWeightArray, type StateDict, type WeightArray } from './weight-array.js';

export interface LoadOptions {
  /** Whether every name must be there on both sides; true by default. Shapes must always fit. */
  readonly strict?: boolean;
}

/** The names that were not there on one side. */
export interface LoadReport {
  /** Parameters that kept their values. */
  readonly missing: readonly string[];
  /** Names that the model does not have. */
  readonly unexpected: readonly string[];
}

/** Copies the values of all parameters out of the model. */
export function stateDictOf(model: Module): Map<string, WeightArray> {
  const weights = new Map<string, WeightArray>();
  for (const [name, parameter] of model.namedParameters()) {
    const { dtype, shape } = parameter;
    weights.set(name, { dtype, shape, data: parameter.toArray() as WeightArray['data'] });
  }
  return weights;
}

/** Copies values into the parameters; nothing is written unless all of it fits. */
export function loadStateDictInto(
  model: Module,
  weights: StateDict,
  options: LoadOptions,
): LoadReport {
  const { strict = true } = checkOptions('loadStateDict', options, { strict: 'boolean' });
  checkIsMap(weights);
  const { parameters, aliases } = structureOf(model);
  const found = new Map<string, WeightArray>();
  const unexpected: string[] = [];
  for (const [name, weight] of weights) {
    checkWeightArray(name, weight);
    // A parameter that a model uses twice may be stored under either of its names.
    const own = parameters.has(name) ? name : firstName(name, aliases);
    if (!parameters.has(own)) unexpected.push(name);
    else if (own === name || !found.has(own)) found.set(own, weight);
  }
  const missing = [...parameters.keys()].filter((name) => !found.has(name));
  const misshapen = [...found].filter(
    ([name, { shape }]) => !sameShape(shape, parameters.get(name)?.shape ?? []),
  );
  if (misshapen.length > 0 || (strict && missing.length + unexpected.length > 0)) {
    throw new StateError(
      [
        'the weights do not fit the model:',
        ...listed(missing, (name) => `  missing: ${shaped(name, parameters.get(name)?.shape)}`),
        ...listed(unexpected, (name) => {
          const meant = nearestName(name, missing);
          const hint = meant === undefined ? '' : ` (is it '${meant}'?)`;
          return `  unexpected: ${shaped(name, weights.get(name)?.shape)}${hint}`;
        }),
        ...listed(misshapen, ([name, { shape }]) => {
          const own = parameters.get(name)?.shape ?? [];
          return `  of another shape: '${name}' is ${formatShape(shape)}, the model's ${formatShape(own)}`;
        }),
        misshapen.length > 0
          ? 'Build the model with the sizes that the weights were saved from.'
          : 'Rename them, or pass { strict: false } to load what fits by name.',
      ].join('\n'),
    );
  }
  for (const [name, { data }] of found) parameters.get(name)?.write(data);
  return { missing, unexpected };
}

/** @throws StateError for what is no map, with the way to one */
function checkIsMap(weights: unknown): void {
  if (types.isMap(weights)) return;
  let remedy = 'pass what stateDict() or loadSafetensors() gives';
  if (types.isPromise(weights)) {
    remedy = 'await it first';
  } else if (typeof weights === 'object' && weights !== null) {
    remedy =
      'stateDict' in weights
        ? 'pass its stateDict()'
        : 'make one with new Map(Object.entries(weights))';
  }
  throw new StateError(
    `loadStateDict takes a Map from names to arrays, not ${describeValue(weights)}; ${remedy}`,
  );
}

/** The first name of what a model holds under several, given another of them. */
function firstName(name: string, aliases: ReadonlyMap<string, string>): string {
  const exact = aliases.get(name);
  if (exact !== undefined) return exact;
  // Within a shared module: the longest prefix that is another name of one.
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const module = aliases.get(name.slice(0, end));
    if (module !== undefined) return firstName(module + name.slice(end), aliases);
  }
  return name;
}

const mostListed = 10;

function listed<T>(items: readonly T[], line: (item: T) => string): string[] {
  const lines = items.slice(0, mostListed).map(line);
  return items.length > mostListed
    ? [...lines, `  and ${items.length - mostListed} more like it`]
    : lines;
}

function shaped(name: string, shape: Shape | undefined): string {
  return `'${name}' ${formatShape(shape ?? [])}`;
}
