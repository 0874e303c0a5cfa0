import { didYouMean, DltrainError, type Shape, type Tensor } from '@dltrain/core';
import { dropGradient } from './gradients.js';
import { describeModule } from './module-text.js';
import { structureOf } from './module-structure.js';
import { Parameter } from './parameter.js';
import {
  loadStateDictInto,
  stateDictOf,
  type LoadOptions,
  type LoadReport,
} from './weights/state-dict.js';
import type { StateDict, WeightArray } from './weights/weight-array.js';

/**
 * A part of a network: it takes a tensor, returns one, and may hold parameters and other modules.
 *
 * They are found among its own properties, in the order in which these were assigned, and in arrays
 * of them: assign them, and they are trained, saved and switched to evaluation with the rest. Names
 * are those of PyTorch: `0.weight`, `layers.1.bias`. (`#private` properties are not seen; use one
 * for a module that is only referred to.)
 *
 * @example
 * class Residual extends Module {
 *   readonly inner = new Linear(64, 64);
 *   forward(x: Tensor) {
 *     return x.add(relu(this.inner.forward(x)));
 *   }
 * }
 */
export abstract class Module {
  /** Whether layers such as dropout act as in training; set by `train()` and `eval()`. */
  training = true;

  abstract forward(x: Tensor): Tensor;

  /**
   * The shape of one output for the shape of one input, both without the batch axis. Modules that
   * cannot tell leave it out.
   * @throws ShapeError when such an input does not fit
   */
  outputShape?(inputShape: Shape): Shape;

  /** What stands in parentheses behind the class when the module is printed. */
  describe?(): string;

  /** Parameters and modules held directly, by their names. */
  *namedChildren(): Generator<[name: string, child: Module | Parameter]> {
    for (const [name, value] of Object.entries(this)) yield* childrenIn(name, value);
  }

  /** This module, as '', and all modules within, each once, outer before inner. */
  namedModules(): Map<string, Module> {
    return structureOf(this).modules;
  }

  /**
   * All parameters, each once, by their full names: a module's own before those of its parts.
   * @throws ModuleCycleError when a module contains itself
   */
  namedParameters(): Map<string, Parameter> {
    return structureOf(this).parameters;
  }

  /** All parameters, each once. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** Switches this module and all within to training, or with `false` to evaluation. */
  train(training = true): this {
    for (const module of this.namedModules().values()) module.training = training;
    return this;
  }

  /** Switches this module and all within to evaluation. */
  eval(): this {
    return this.train(false);
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) dropGradient(parameter, 'by zeroGrad()');
  }

  /** A copy of all values by name. */
  stateDict(): Map<string, WeightArray> {
    return stateDictOf(this);
  }

  /**
   * Copies values into the parameters, by name; f32 and f64 are converted. Nothing is written unless
   * all of it fits.
   *
   * @throws StateError listing every name that is missing, unexpected or of another shape, or for what is
   *   no map of arrays
   *
   * @example
   * model.loadStateDict(await loadSafetensors('model.safetensors'));
   */
  loadStateDict(weights: StateDict, options: LoadOptions = {}): LoadReport {
    return loadStateDictInto(this, weights, options);
  }

  toString(): string {
    return describeModule(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

// A class in JavaScript may lack it, whatever the type says.
Module.prototype.forward = function (this: Module): Tensor {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(this));
  throw new DltrainError(
    `${this.constructor.name} has no forward(x), which says what it computes; write that method.` +
      didYouMean('forward', methods),
  );
};

function* childrenIn(
  name: string,
  value: unknown,
): Generator<[name: string, child: Module | Parameter]> {
  if (value instanceof Module || value instanceof Parameter) {
    yield [name, value];
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* childrenIn(`${name}.${i}`, item);
  }
}
