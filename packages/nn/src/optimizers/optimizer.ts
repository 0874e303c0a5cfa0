import {
  bytesPerElement,
  describeValue,
  DTypeError,
  engine,
  GradientError,
  isFloat,
  Tensor,
  ValueError,
  type FloatDType,
  type Storage,
} from '@dltrain/core';
import { dropGradient } from '../gradients.js';
import type { FromTo, UpdateRule } from './update-rule.js';

/** What an optimizer trains: a parameter, or any other leaf that requires a gradient. */
export type Trainable = Tensor;

/** A tensor under training: its state arrays and how many updates it has had. */
interface Entry {
  readonly tensor: Trainable;
  readonly dtype: FloatDType;
  states: readonly Storage[] | null;
  steps: number;
}

/**
 * Applies an {@link UpdateRule} to tensors, in place. A tensor without gradient is skipped, and its
 * count of steps does not move, as in PyTorch.
 */
export class Optimizer {
  private readonly entries: readonly Entry[];
  private rate = 0;

  /**
   * @throws ValueError when there is nothing to train or the learning rate is negative
   * @throws GradientError when a tensor has no gradient of its own
   */
  constructor(
    parameters: Iterable<Trainable>,
    lr: number,
    private readonly rule: UpdateRule,
  ) {
    this.lr = lr;
    this.entries = Array.from(new Set(trainablesOf(new.target.name, parameters)), (tensor) => {
      if (tensor.node !== null || !tensor.requiresGrad || !isFloat(tensor.dtype)) {
        throw new GradientError(
          'an optimizer trains leaves that require a gradient, such as parameters; this tensor is ' +
            (tensor.node === null ? 'not one: set requiresGrad' : 'the result of an operation'),
        );
      }
      return { tensor, dtype: tensor.dtype, states: null, steps: 0 };
    });
    if (this.entries.length === 0) {
      throw new ValueError('an optimizer got no parameters; pass model.parameters()');
    }
  }

  /** The learning rate; set it between steps to follow a schedule. */
  get lr(): number {
    return this.rate;
  }

  set lr(rate: number) {
    checkHyperparameter(
      'optimizer',
      'lr',
      rate,
      typeof rate === 'number' && rate >= 0 && rate < Infinity,
      'zero or more',
    );
    this.rate = rate;
  }

  /** Updates every tensor that has a gradient. */
  step(): void {
    for (const entry of this.entries) {
      const { tensor, dtype } = entry;
      const { grad, size } = tensor;
      if (grad === null) continue;
      if (grad.dtype !== dtype || grad.size !== size) {
        throw new DTypeError(
          `step: a ${dtype} tensor of ${size} elements has a ${grad.dtype} gradient of ${grad.size}`,
        );
      }
      entry.states ??= this.rule.stateNames.map((name) => zeroStorage(name, size, dtype));
      // All addresses belong to one operation, so that none moves before the kernel runs.
      engine().nextOp();
      this.rule.update({
        dtype,
        count: size,
        parameter: inPlace(tensor.address()),
        gradient: grad.address(),
        states: entry.states.map((state) => inPlace(state.address())),
        gradientScale: 1,
        learningRate: this.rate,
        step: ++entry.steps,
      });
      tensor.storage.version++;
    }
  }

  /** Drops the gradients, before the next backward pass adds to them. */
  zeroGrad(): void {
    for (const { tensor } of this.entries) dropGradient(tensor, 'by zeroGrad()');
  }
}

/**
 * The tensors that an optimizer is given.
 * @throws ValueError for anything else, such as the model in place of its parameters
 */
export function trainablesOf(optimizer: string, parameters: Iterable<Trainable>): Trainable[] {
  const given: unknown = parameters;
  if (given instanceof Tensor) {
    throw new ValueError(`${optimizer} takes a list of tensors, not a tensor; pass [it]`);
  }
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) {
    const hasParameters =
      typeof given === 'object' && given !== null && 'parameters' in given ? 'its' : "a model's";
    throw new ValueError(
      `${optimizer} takes a list of parameters, not ${describeValue(given)}; pass ${hasParameters} ` +
        'parameters, as in model.parameters()',
    );
  }
  const tensors = [...parameters];
  for (const [i, tensor] of (tensors as readonly unknown[]).entries()) {
    if (!(tensor instanceof Tensor)) {
      throw new ValueError(
        `${optimizer} takes a list of tensors, but element ${i} is ${describeValue(tensor)}; pass model.parameters()`,
      );
    }
  }
  return tensors;
}

function inPlace(address: number): FromTo {
  return { from: address, to: address };
}

function zeroStorage(name: string, size: number, dtype: FloatDType): Storage {
  const storage = engine().allocate(size * bytesPerElement(dtype), `optimizer state (${name})`);
  storage.kept = true;
  engine().kernel('fill', dtype)(storage.address(), 0, size);
  return storage;
}

/** @throws ValueError unless `valid` (and for NaN, which no condition lets through) */
export function checkHyperparameter(
  optimizer: string,
  name: string,
  value: number | boolean,
  valid: boolean,
  expected: string,
): void {
  if (!valid) {
    throw new ValueError(`${optimizer}: ${name} is ${value}; it must be ${expected}`);
  }
}
