import { engine } from '../engine.js';
import { add } from '../ops/elementwise/add.js';
import type { Tensor } from '../tensor.js';

/**
 * Adjoints on their way through a sweep. What the sweep itself made is given back as soon as no
 * adjoint needs it, so that it holds a few layers' worth and not all; unless it is recorded.
 */
export class Adjoints {
  readonly byTensor = new Map<Tensor, Tensor>();
  private readonly begin = engine().residency.tick;

  constructor(private readonly recorded: boolean) {}

  /** Adds a contribution to a tensor's adjoint. */
  contribute(tensor: Tensor, part: Tensor): void {
    const before = this.byTensor.get(tensor);
    const sum = before === undefined ? part : add(before, part);
    this.hold(sum);
    this.byTensor.set(tensor, sum);
    if (before === undefined) return;
    this.hold(part);
    this.letGo(part);
    this.letGo(before);
  }

  /** Forgets a tensor's adjoint, which has been pulled back. */
  drop(tensor: Tensor): void {
    const adjoint = this.byTensor.get(tensor);
    this.byTensor.delete(tensor);
    if (adjoint !== undefined) this.letGo(adjoint);
  }

  /** Hands what is left, the adjoints that were asked for, to whoever reads them next. */
  end(): void {
    for (const { storage } of this.byTensor.values()) {
      if (storage.owner !== undefined) storage.owner.readers--;
    }
  }

  /** Several adjoints may read one storage, under different names. */
  private hold({ storage: { owner } }: Tensor): void {
    if (owner !== undefined) owner.readers++;
  }

  private letGo({ storage: { owner } }: Tensor): void {
    if (owner === undefined) return;
    owner.readers--;
    const made = owner.born > this.begin && !this.recorded;
    if (owner.readers === 0 && made) owner.release('during backward()');
  }
}
