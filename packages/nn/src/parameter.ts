import { AsyncLocalStorage } from 'node:async_hooks';
import {
  bytesPerElement,
  checkOptions,
  checkShape,
  describeValue,
  elementCount,
  engine,
  formatShape,
  noGrad,
  ShapeError,
  StateError,
  Tensor,
  ValueError,
  type FloatDType,
  type RandomCall,
  type Shape,
  type Storage,
} from '@dltrain/core';
import { checkInitializer } from './check-initializer.js';
import { values, zeros, type Initializer } from './initializers.js';

export interface ParameterOptions {
  /** That of the given values, else `f32`. */
  readonly dtype?: FloatDType;
  /** Where its first values come from; zeros when only a shape is given. */
  readonly initializer?: Initializer;
}

/**
 * A tensor that is trained: it requires a gradient, is never released by a scope, and carries the
 * initialiser of its values. Assign it to a property of a {@link Module} to make it known there.
 *
 * @example
 * class Scale extends Module {
 *   readonly factor = new Parameter(tensor(1)); // or ([], { initializer: init.ones })
 *   forward(x: Tensor) {
 *     return x.mul(this.factor);
 *   }
 * }
 */
export class Parameter extends Tensor {
  declare readonly dtype: FloatDType;
  readonly initializer: Initializer;

  /**
   * @param source the shape, or a tensor with the first values, which are copied
   * @throws ShapeError when a size is not a whole number of zero or more
   * @throws ValueError for other kinds of arguments
   */
  constructor(source: Shape | Tensor, options: ParameterOptions = {}) {
    checkOptions('Parameter', options, { dtype: 'dtype', initializer: 'function' });
    const given = source instanceof Tensor ? source : null;
    if (given === null && !Array.isArray(source)) {
      throw new ValueError(
        `Parameter takes a shape such as [3, 4], or a tensor of first values, not ${describeValue(source)}`,
      );
    }
    const shape = given?.shape ?? (source as Shape);
    const { dtype = given?.dtype === 'f64' ? 'f64' : 'f32' } = options;
    const { initializer = given === null ? zeros : values(given) } = options;
    checkInitializer('Parameter', initializer);
    checkShape('Parameter', shape);
    super([...shape], dtype, new Unbound(elementCount(shape) * bytesPerElement(dtype)));
    this.initializer = initializer;
    this.requiresGrad = true;
    if (uninitialized.getStore() === undefined) this.initialize(engine().random.nextCall());
  }

  /** Whether there is memory behind the parameter; not so inside {@link withoutInit}. */
  get bound(): boolean {
    return !(this.storage instanceof Unbound);
  }

  /** Fills in first values, drawn from the given place in the random numbers. */
  initialize(numbers: RandomCall): void {
    this.allocate();
    noGrad(() => this.initializer(this, numbers));
    this.storage.version++;
  }

  /** Overwrites the elements, converting to the parameter's dtype. */
  write(values: ArrayLike<number>): void {
    this.allocate();
    this.view().set(values);
    this.storage.version++;
  }

  /**
   * Moves the parameter to other memory, such as a slice of what all ranks share. Its values are
   * those it finds there; the old memory is given back.
   *
   * @throws ShapeError when the size of the memory is another
   */
  bind(storage: Storage): void {
    if (storage.byteLength !== this.byteLength) {
      throw new ShapeError(
        `bind: a parameter of shape ${formatShape(this.shape)} takes ${this.byteLength} bytes, the ` +
          `storage has ${storage.byteLength}`,
      );
    }
    const old = this.storage;
    this.rebind(storage);
    if (old.owner !== undefined) old.owner.kept = false;
    old.release?.('when its parameter was bound to other memory');
  }

  override toString(): string {
    return this.bound ? super.toString() : this.outline();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  private outline(): string {
    return `Parameter ${this.dtype} ${formatShape(this.shape)} without values`;
  }

  private allocate(): void {
    if (this.bound) return;
    this.rebind(engine().allocate(this.byteLength, 'parameter'));
    this.keep();
  }
}

const uninitialized = new AsyncLocalStorage<true>();

/**
 * Runs `build` without giving parameters memory or values: for a model that will be bound to the
 * memory of another, filled by {@link initialize}, or only looked at. `build` may be asynchronous.
 *
 * @example
 * const model = withoutInit(() => new Linear(784, 10));
 * model.loadStateDict(await loadSafetensors('model.safetensors'));
 */
export function withoutInit<T>(build: () => T): T {
  return uninitialized.run(true, build);
}

/** Stands for memory that a parameter does not have yet. */
class Unbound implements Storage {
  version = 0;

  constructor(readonly byteLength: number) {}

  address(): number {
    throw new StateError(
      'this parameter has no values yet: it was made inside withoutInit(); fill it with initialize(), ' +
        'loadStateDict() or bind()',
    );
  }
}
