import { bytesPerElement, type DType } from './dtype.js';
import { engine, type Engine } from './engine.js';
import { FixedStorage } from './memory/storage.js';
import { emptyTensor, Tensor } from './tensor.js';

/** Number literals that are given a place of their own; later ones take a storage each. */
const slots = 1024;

/** The numbers that appear in code, each written once and found again by its value. */
export class LiteralTable {
  private readonly area: number;
  private readonly tensors: Readonly<Record<DType, Map<number, Tensor>>> = {
    f32: new Map(),
    f64: new Map(),
    i32: new Map(),
    u8: new Map(),
    bool: new Map(),
  };
  private count = 0;

  constructor(private readonly owner: Engine) {
    this.area = owner.heap.allocate(slots * 8, 'number literals');
  }

  get(value: number, dtype: DType): Tensor {
    // A map takes -0 for 0, so -0 is not kept.
    const known = Object.is(value, -0) ? undefined : this.tensors[dtype].get(value);
    return known ?? this.make(value, dtype);
  }

  private make(value: number, dtype: DType): Tensor {
    const keep = this.count < slots && !Object.is(value, -0);
    const tensor = keep
      ? new Tensor(
          [],
          dtype,
          new FixedStorage(bytesPerElement(dtype), this.area + 8 * this.count++),
        )
      : emptyTensor([], dtype, 'number');
    this.owner.kernel('fill', dtype)(tensor.address(), value, 1);
    if (keep) this.tensors[dtype].set(value, tensor);
    return tensor;
  }
}

/** A number as a scalar tensor. */
export function literal(value: number, dtype: DType): Tensor {
  const active = engine();
  active.literals ??= new LiteralTable(active);
  return active.literals.get(value, dtype);
}
