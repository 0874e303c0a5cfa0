import { GradientError } from '../errors.js';
import type { AnyOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { captureCallSite, describeCallSite, type CallSite } from './call-site.js';

const nothing: readonly Tensor[] = [];
let count = 0;

/** The number of the next call to be recorded: all before it have lower ones. */
export function nextCall(): number {
  return count;
}

/** A call that no gradient passes through, although one of its operands asked for it. */
export interface Cut {
  readonly op: string;
  readonly callSite: CallSite | null;
}

/**
 * One call of an op: what goes in, what comes out, and what the derivative needs besides. It is
 * part of a graph once it has been recorded; otherwise it is forgotten with the call.
 */
export class Node {
  /** Ascending in the order of the calls, so that a node comes after all that it depends on. */
  id = -1;
  saved = nothing;
  /** Set by `record`. */
  output!: Tensor;
  /** Where the op was called, if that was remembered. */
  callSite: CallSite | null = null;
  /** Set once a backward sweep has used the node and dropped what it held. */
  private spent = false;
  /** Sum of the versions of operands and result: it changes when any of them is overwritten. */
  private versions = 0;

  constructor(
    readonly op: AnyOp,
    public inputs: readonly Tensor[],
    readonly args: unknown,
  ) {}

  /** Keeps a tensor for the derivative. */
  save(tensor: Tensor): void {
    this.saved = [...this.saved, tensor];
  }

  /** Ties the result to the call that made it. */
  record(output: Tensor): void {
    this.id = count++;
    this.output = output;
    this.callSite = captureCallSite();
    this.versions = this.sumOfVersions();
    output.node = this;
  }

  /** @throws GradientError when the node was used up, or a tensor was overwritten since the call */
  check(): void {
    if (this.spent) {
      throw new GradientError(
        `backward: ${this.op.name} was already differentiated and its operands were dropped; ` +
          'run the forward pass again, or pass { retainGraph: true } to the first backward()' +
          describeCallSite(this.callSite),
      );
    }
    if (this.versions !== this.sumOfVersions()) {
      throw new GradientError(
        `backward: an operand or the result of ${this.op.name} was overwritten in place after the ` +
          `call; assign after backward(), or use a copy${describeCallSite(this.callSite)}`,
      );
    }
  }

  /** Drops the operands, so that JavaScript can collect them. */
  spend(): void {
    this.spent = true;
    this.inputs = nothing;
    this.saved = nothing;
  }

  private sumOfVersions(): number {
    let sum = this.output.storage.version;
    for (const input of this.inputs) sum += input.storage.version;
    return sum;
  }
}
