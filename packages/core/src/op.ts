import { checkFinite } from './autodiff/anomaly.js';
import { captureCallSite } from './autodiff/call-site.js';
import { Node, type Cut } from './autodiff/node.js';
import { isFloat, type DType } from './dtype.js';
import { engine } from './engine.js';
import { DltrainError } from './errors.js';
import { requireTensor } from './operands.js';
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

/** A rule that turns the tangent of one input, counted from 0, into its share of the output's. */
export type Pushforward<N extends Arity, A> = (
  tangent: Tensor,
  call: Recorded<N, A>,
  input: number,
) => Tensor;

/** In the place of a rule: why the output does not vary smoothly with an input. */
export interface NonDifferentiable {
  readonly nondifferentiable: string;
}

/**
 * How an op is differentiated, by the sweep from the inputs on (forward mode) and by that from the
 * output back (reverse mode). Rules are written in ops, so they can be differentiated again; there is
 * one for each input, and only those that are needed run.
 */
export type Derivative<N extends Arity, A> =
  /** Elementwise: the local derivative of the output by each input. Both modes follow from it. */
  | {
      readonly local: readonly ((call: Recorded<N, A>) => Tensor)[];
      /** Single-kernel forms of gradient times local derivative, tested against the product. */
      readonly fused?: readonly (Pullback<N, A> | undefined)[];
    }
  /**
   * Linear in all inputs together, but for those marked as without a derivative, which are held: its
   * own forward rule. States the transposed map, one rule for each input or one for all.
   */
  | { readonly transpose: readonly (Pullback<N, A> | NonDifferentiable)[] | Pullback<N, A> }
  /**
   * Linear in each input while the others are held, as a product: its own forward rule, too. States
   * the transposed map for each.
   */
  | { readonly multilinear: readonly Pullback<N, A>[] }
  /** The Jacobian by each input is its own transpose, so one rule serves both modes. */
  | { readonly symmetric: readonly (Pullback<N, A> | NonDifferentiable)[] }
  /** Any other op: the product of the Jacobian with gradients, and with tangents, for each input. */
  | {
      readonly vjp: readonly (Pullback<N, A> | NonDifferentiable)[];
      /** Shares add up over the inputs; those without a derivative have none. */
      readonly jvp: readonly (Pushforward<N, A> | NonDifferentiable)[];
      /**
       * Gradient times the derivative of an activation fused behind the op. It is the same in both
       * modes, and is applied once for all inputs.
       */
      readonly activation?: Pullback<N, A>;
    }
  /** One rule for all inputs at once, where they cannot be told apart: a user's own op. */
  | JointDerivative<N, A>
  | NonDifferentiable;

export interface JointDerivative<N extends Arity, A> {
  /** The gradient of each input that is wanted; null for one that has none. */
  readonly pull: (
    gradient: Tensor,
    call: Recorded<N, A>,
    wanted: readonly boolean[],
  ) => readonly (Tensor | null)[];
  /** The tangent of the output from those of the inputs; null for one that does not vary. */
  readonly push: (tangents: readonly (Tensor | null)[], call: Recorded<N, A>) => Tensor;
}

/** One input of a test sample: a shape, with its values or the range from which they are drawn. */
export interface SampleInput {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  /** The values themselves, row by row, where it matters what they are. */
  readonly values?: readonly number[];
  /** Whole numbers of this dtype instead of floating-point ones. */
  readonly dtype?: Exclude<DType, 'f32' | 'f64'>;
}

/** A call on which every registered op is tested: against differences and against PyTorch. */
export interface Sample<A = unknown> {
  readonly inputs: readonly (readonly number[] | SampleInput)[];
  readonly args?: A;
  /**
   * Set for extremes (infinities, NaN, kinks, ties), where differences mean nothing: the sample is
   * compared with PyTorch alone.
   */
  readonly extreme?: true;
  /** Set where PyTorch cannot say what the result is, as with random numbers. */
  readonly golden?: false;
}

/** What an op's forward rule is given; `save` keeps a tensor for the derivative. */
export interface Call<N extends Arity, A> {
  readonly inputs: Inputs<N>;
  readonly args: A;
  save(tensor: Tensor): void;
}

/** One operation: the entry that the sweeps and the pictures are made from. */
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
}

/** An op with all that its tests need. */
interface TestedOp<N extends Arity, A> extends Op<N, A> {
  /**
   * The same in Python, for the goldens: an expression in the inputs `a`, `b`, `c` (or the list `x`),
   * the sample's `args`, `torch` and `F`.
   */
  readonly torch: string;
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

/** An op, or a function composed of ops, as tables of tests see it. */
export interface RegisteredOp {
  readonly name: string;
  /** The entry; null for a composed function. */
  readonly op: AnyOp | null;
  /** Runs it by its inputs and the arguments of a sample. */
  readonly run: (inputs: readonly Tensor[], args: unknown) => Tensor;
  readonly torch: string;
  readonly samples: readonly Sample[];
}

const registered = new Map<string, RegisteredOp>();

/** Every op, and every function composed of ops, by name. */
export const registry: ReadonlyMap<string, RegisteredOp> = registered;

function register(entry: RegisteredOp): void {
  if (registered.has(entry.name)) {
    throw new DltrainError(`there are two ops named ${entry.name}; rename one`);
  }
  registered.set(entry.name, entry);
}

/**
 * Enters a function composed of ops into the registry, so that it goes through the same tests as they
 * do. Its derivatives are those of its parts.
 */
export function registerComposed<A = undefined>(entry: {
  readonly name: string;
  /** Is given as many tensors as the sample has inputs. */
  readonly run: (inputs: readonly [Tensor, Tensor, Tensor, ...Tensor[]], args: A) => Tensor;
  readonly torch: string;
  readonly samples: readonly Sample<A>[];
}): void {
  register({ ...entry, op: null, run: entry.run as unknown as RegisteredOp['run'] });
}

/** Enters an op into the registry and returns the function that runs and records it. */
export function defineOp<const N extends Arity, A = undefined>(
  op: TestedOp<N, A>,
): OpFunction<N, A> {
  const anyOp = op as unknown as AnyOp;
  const run = (inputs: readonly Tensor[], args: unknown): Tensor => {
    const active = engine();
    active.nextOp();
    for (const input of inputs) requireTensor(op.name, input);
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
    conclude(call, inputs, output);
    return output;
  };
  register({ name: op.name, op: anyOp, run, torch: op.torch, samples: op.samples });
  return run as unknown as OpFunction<N, A>;
}

/** What every call ends with: a search for the first NaN, if that is wanted, and its record. */
export function conclude(call: Node, inputs: readonly Tensor[], output: Tensor): void {
  const { anomaly, recording } = engine();
  const { op } = call;
  if (anomaly) checkFinite(op.name, inputs, output);
  if (!recording) return;
  const differentiable = !('nondifferentiable' in op.derivative) && isFloat(output.dtype);
  if (!anyRequiresGrad(inputs)) output.cut = firstCut(inputs);
  else if (differentiable) call.record(output);
  else output.cut = { op: op.name, callSite: captureCallSite() };
}

function firstCut(tensors: readonly Tensor[]): Cut | null {
  for (const { cut } of tensors) if (cut !== null) return cut;
  return null;
}

function anyRequiresGrad(tensors: readonly Tensor[]): boolean {
  for (const tensor of tensors) if (tensor.requiresGrad) return true;
  return false;
}
