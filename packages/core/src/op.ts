import { Node } from './autodiff/node.js';
import { isFloat, type DType } from './dtype.js';
import { engine } from './engine.js';
import { DltrainError } from './errors.js';
import type { Tensor } from './tensor.js';

/** How many tensors an op takes; `any` where some may be left out or there may be many. */
export type Arity = 1 | 2 | 3 | 'any';

interface InputsByArity {
  1: readonly [Tensor];
  2: readonly [Tensor, Tensor];
  3: readonly [Tensor, Tensor, Tensor];
  any: readonly Tensor[];
}
export type Inputs<N extends Arity> = InputsByArity[N];

/** A call as its derivative sees it. */
export interface Recorded<N extends Arity = Arity, A = unknown> {
  readonly inputs: Inputs<N>;
  readonly output: Tensor;
  readonly args: A;
  readonly saved: readonly Tensor[];
}

/** A rule that turns the output's gradient into that of one input, counted from 0. */
export type Pullback<N extends Arity, A> = (
  gradient: Tensor,
  call: Recorded<N, A>,
  input: number,
) => Tensor;

/**
 * How an op is differentiated. Rules are written in ops, so they can be differentiated again; there
 * is one for each input, and only those that are needed run.
 */
export type Derivative<N extends Arity, A> =
  /** Elementwise: the local derivative of the output by each input. Both modes follow from it. */
  | {
      readonly local: readonly ((call: Recorded<N, A>) => Tensor)[];
      /** Single-kernel forms of gradient times local derivative, tested against the product. */
      readonly fused?: readonly (Pullback<N, A> | undefined)[];
    }
  /** Linear in each input: the transposed map, one rule for each or one for all. */
  | { readonly transpose: readonly Pullback<N, A>[] | Pullback<N, A> }
  /** Any other op: the product of the gradient with the Jacobian, for each input. */
  | {
      readonly vjp: readonly (Pullback<N, A> | { readonly nondifferentiable: string })[];
      /**
       * Gradient times the derivative of an activation fused behind the op. It is the same in both
       * modes, and is applied once for all inputs.
       */
      readonly activation?: Pullback<N, A>;
    }
  | { readonly nondifferentiable: string };

/** One input of a test sample: a shape with the range its values are drawn from. */
export interface SampleInput {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  /** Whole numbers of this dtype instead of floating-point ones. */
  readonly dtype?: Exclude<DType, 'f32' | 'f64'>;
}

/** A call on which every registered op is tested: against differences and against goldens. */
export interface Sample<A = unknown> {
  readonly inputs: readonly (readonly number[] | SampleInput)[];
  readonly args?: A;
}

/** What an op's forward rule is given; `save` keeps a tensor for the derivative. */
export interface Call<N extends Arity, A> {
  readonly inputs: Inputs<N>;
  readonly args: A;
  save(tensor: Tensor): void;
}

/** One operation: the entry that the sweep, the tests and the pictures are made from. */
export interface Op<N extends Arity, A> {
  readonly name: string;
  readonly arity: N;
  /**
   * The op does not read its operands where they lie: it only renames them, or it knows what to do
   * with a transposed one. Those of other ops are in the heap, row by row, when `forward` begins.
   */
  readonly lazy?: true;
  /** Computes the output; operations inside are not recorded. */
  readonly forward: (call: Call<N, A>) => Tensor;
  readonly derivative: Derivative<N, A>;
  /** Calls that the table of tests is made from. */
  readonly samples: readonly Sample<A>[];
}

/** An op whose arity and arguments are its own business. */
export type AnyOp = Op<Arity, unknown>;

/** Runs an op and records it. */
type OpFunction<N extends Arity, A> = (
  inputs: Inputs<N>,
  ...args: A extends undefined ? [] : [args: A]
) => Tensor;

/** An op as tables of tests see it: run by its inputs and the arguments of a sample. */
export interface RegisteredOp {
  readonly op: AnyOp;
  readonly run: (inputs: readonly Tensor[], args: unknown) => Tensor;
}

const registered = new Map<string, RegisteredOp>();

/** Every op by name. */
export const registry: ReadonlyMap<string, RegisteredOp> = registered;

/** Enters an op into the registry and returns the function that runs and records it. */
export function defineOp<const N extends Arity, A = undefined>(op: Op<N, A>): OpFunction<N, A> {
  if (registered.has(op.name)) {
    throw new DltrainError(`there are two ops named ${op.name}; rename one`);
  }
  const anyOp = op as unknown as AnyOp;
  const differentiable = !('nondifferentiable' in op.derivative);
  const run = (inputs: readonly Tensor[], args: unknown): Tensor => {
    const active = engine();
    active.nextOp();
    // Brings every operand into the heap, and keeps it there while the op runs.
    if (op.lazy !== true) for (const input of inputs) input.storage.address();
    const { recording } = active;
    const call = new Node(anyOp, inputs, args);
    let output: Tensor;
    active.recording = false;
    try {
      output = op.forward(call as unknown as Call<N, A>);
    } finally {
      active.recording = recording;
    }
    if (recording && differentiable && isFloat(output.dtype) && anyRequiresGrad(inputs)) {
      call.record(output);
    }
    return output;
  };
  registered.set(op.name, { op: anyOp, run });
  return run as unknown as OpFunction<N, A>;
}

function anyRequiresGrad(tensors: readonly Tensor[]): boolean {
  for (const tensor of tensors) if (tensor.requiresGrad) return true;
  return false;
}
