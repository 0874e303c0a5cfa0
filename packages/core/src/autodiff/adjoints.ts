import { engine } from '../engine.js';
import { add } from '../ops/add.js';
import type { HeapStorage } from '../storage.js';
import type { Tensor } from '../tensor.js';

/**
 * Adjoints on their way through a sweep. What the sweep itself made is given back as soon as no
 * adjoint needs it, so that it holds a few layers' worth and not all; unless it is recorded.
 */
export class Adjoints {
  readonly byTensor = new Map<Tensor, Tensor>();
  /** How many adjoints read each storage: several may be one tensor under different names. */
  private readonly readers = new Map<HeapStorage, number>();
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

  private hold({ storage: { owner } }: Tensor): void {
    if (owner !== undefined && !this.recorded) {
      this.readers.set(owner, (this.readers.get(owner) ?? 0) + 1);
    }
  }

  private letGo({ storage: { owner } }: Tensor): void {
    if (owner === undefined || this.recorded) return;
    const left = (this.readers.get(owner) ?? 0) - 1;
    this.readers.set(owner, left);
    if (left === 0 && owner.born > this.begin) owner.release('during backward()');
  }
}
