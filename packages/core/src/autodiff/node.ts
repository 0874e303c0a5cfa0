import { GradientError } from '../errors.js';
import type { AnyOp } from '../op.js';
import type { Tensor } from '../tensor.js';

let count = 0;

/** One recorded call of an op: what went in, what came out, what its derivative needs besides. */
export class Node {
  /** Ascending in the order of the calls, so that a node comes after all that it depends on. */
  readonly id = count++;
  /** Set once a backward sweep has used the node and dropped what it held. */
  spent = false;

  private readonly versions: readonly number[];

  constructor(
    readonly op: AnyOp,
    public inputs: readonly Tensor[],
    readonly args: unknown,
    public saved: readonly Tensor[],
    public output: Tensor,
  ) {
    this.versions = inputs.map((input) => input.storage.version);
  }

  /** @throws GradientError when the node was used up, or an input was overwritten since the call */
  check(): void {
    if (this.spent) {
      throw new GradientError(
        `backward: ${this.op.name} was already differentiated and its operands were dropped; ` +
          'run the forward pass again, or pass { retainGraph: true } to the first backward()',
      );
    }
    this.inputs.forEach((input, i) => {
      if (input.storage.version !== this.versions[i]) {
        throw new GradientError(
          `backward: input ${i} of ${this.op.name} was overwritten in place after it was used; ` +
            'assign after backward(), or use a copy',
        );
      }
    });
  }

  /** Drops the operands, so that JavaScript can collect them. */
  spend(): void {
    this.spent = true;
    this.inputs = [];
    this.saved = [];
  }
}
