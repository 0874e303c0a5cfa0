import type {
  ArgumentTable,
  Arguments,
  GivenArguments,
  Spec,
  SpecPath,
  TypeEntry,
} from '../config/arguments.js';
import { buildAt, lookUpType, resolveArguments } from '../config/arguments.js';
import { adamRule, adamwRule } from './adam.js';
import { sgdRule } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

/** An optimizer that a config can name. */
export interface OptimizerType<T extends ArgumentTable = ArgumentTable> extends TypeEntry<T> {
  build(args: Arguments<T>): UpdateRule;
}

function optimizerType<const T extends ArgumentTable>(entry: OptimizerType<T>): OptimizerType<T> {
  return entry;
}

const adamArguments = {
  lr: { kind: 'number', default: 1e-3, min: 0, doc: 'Learning rate.' },
  beta1: {
    kind: 'number',
    default: 0.9,
    min: 0,
    exclusiveMax: 1,
    doc: 'Decay of the running mean of gradients.',
  },
  beta2: {
    kind: 'number',
    default: 0.999,
    min: 0,
    exclusiveMax: 1,
    doc: 'Decay of the running mean of squared gradients.',
  },
  eps: {
    kind: 'number',
    default: 1e-8,
    min: 0,
    doc: 'Added to the root of the mean square, against division by zero.',
  },
} as const satisfies ArgumentTable;

/** The optimizers by the names that a config uses. */
export const optimizerTypes = {
  sgd: optimizerType({
    doc: 'Stochastic gradient descent, with momentum if asked for.',
    parameters: {
      lr: { kind: 'number', required: true, min: 0, doc: 'Learning rate.' },
      momentum: {
        kind: 'number',
        default: 0,
        min: 0,
        exclusiveMax: 1,
        doc: 'Share of the last step that goes into the next.',
      },
      nesterov: {
        kind: 'boolean',
        default: false,
        doc: 'Whether to look ahead along the momentum.',
      },
      weightDecay: {
        kind: 'number',
        default: 0,
        min: 0,
        doc: 'Times the weight, added to the gradient.',
      },
    },
    build: sgdRule,
  }),
  adam: optimizerType({
    doc: 'Adam: steps scaled by running means of the gradient and its square.',
    parameters: {
      ...adamArguments,
      weightDecay: {
        kind: 'number',
        default: 0,
        min: 0,
        doc: 'Times the weight, added to the gradient.',
      },
    },
    build: adamRule,
  }),
  adamw: optimizerType({
    doc: 'Adam with weight decay apart from the gradient.',
    parameters: {
      ...adamArguments,
      weightDecay: {
        kind: 'number',
        default: 0.01,
        min: 0,
        doc: 'Times the learning rate, the share of a weight that each step takes away.',
      },
    },
    build: adamwRule,
  }),
};

type OptimizerTypes = typeof optimizerTypes;

/** The type and arguments of an optimizer: `{type: 'sgd', lr: 0.1, momentum: 0.9}`. */
export type OptimizerSpec = {
  [K in keyof OptimizerTypes]: { readonly type: K } & GivenArguments<
    OptimizerTypes[K]['parameters']
  >;
}[keyof OptimizerTypes];

/**
 * The update rule of a specification, and its learning rate.
 *
 * @throws SpecError naming the argument that does not fit
 *
 * @example
 * const { rule, lr } = buildOptimizer({ type: 'sgd', lr: 0.1, momentum: 0.9 });
 */
export function buildOptimizer(
  spec: OptimizerSpec,
  path: SpecPath = ['optimizer'],
): { readonly rule: UpdateRule; readonly lr: number } {
  const types: Readonly<Record<string, OptimizerType>> = optimizerTypes;
  const { type, entry, given } = lookUpType('optimizer', types, spec as Spec, path);
  const args = resolveArguments(type, entry.parameters, given, path);
  const rule = buildAt(path, () => entry.build(args));
  return { rule, lr: Number(args.lr) };
}
