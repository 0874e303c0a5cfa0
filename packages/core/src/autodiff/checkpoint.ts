import { zerosLike } from '../create.js';
import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import type { AnyOp, Arity, JointDerivative, Recorded } from '../op.js';
import { ownRandom, type RandomState } from '../random/random-state.js';
import { scope } from '../memory/scoped.js';
import type { Tensor } from '../tensor.js';
import { recordCall } from './custom-op.js';
import { sweepForward } from './forward-sweep.js';
import { adjointsOf } from './grad.js';
import { othersBehind } from './graph.js';
import { nextCall } from './node.js';
import { onlyOutput, withTrace, type TensorFunction } from './trace.js';

/**
 * Runs `f` without storing what its derivative needs: a sweep that comes by computes it once more. It
 * costs a second forward pass of `f` and saves the memory of all but its inputs and its result. Random
 * numbers repeat themselves. What `f` uses besides its inputs, such as parameters of modules, is found by
 * itself; `f` must compute the same whenever it is called.
 *
 * @example
 * const h = checkpoint((x: Tensor) => block.forward(x), x);
 */
export function checkpoint(f: TensorFunction, ...inputs: Tensor[]): Tensor {
  const active = engine();
  if (!active.recording) return f(...inputs);
  const random = active.random.fork();
  const first = nextCall();
  const since = active.residency.tick;
  const differentiable = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const { value, others } = scope(() =>
    withTrace('checkpoint', f, inputs, differentiable, ({ sources, outputs }) => {
      const output = onlyOutput('checkpoint', outputs);
      return { value: output.detach(), others: othersBehind(sources, output, first) };
    }),
  );
  const replay = new Replay(f, random, differentiable, inputs.length);
  const op: AnyOp = {
    name: 'checkpoint',
    arity: 'any',
    forward: ({ inputs: operands }) => f(...operands.slice(0, inputs.length)),
    derivative: replay,
  };
  return recordCall(op, [...inputs, ...others], () => value, since);
}

/** The derivative of a stretch that is computed again. */
class Replay implements JointDerivative<Arity, unknown> {
  constructor(
    private readonly f: TensorFunction,
    private readonly random: RandomState,
    /** Positions of the inputs that have derivatives. */
    private readonly differentiable: readonly number[],
    /** How many of the operands are inputs; the others are what the function uses besides. */
    private readonly count: number,
  ) {}

  readonly pull: JointDerivative<Arity, unknown>['pull'] = (gradient, call, wanted) =>
    this.run(call, (operands, output, tied) => {
      const targets = operands.flatMap((operand, i) =>
        operand !== null && wanted[i] === true ? [operand] : [],
      );
      const found = adjointsOf([output], [gradient], targets, {
        createGraph: tied,
        independent: true,
      });
      return operands.map((operand) =>
        operand === null ? null : (found[targets.indexOf(operand)] ?? null),
      );
    });

  readonly push: JointDerivative<Arity, unknown>['push'] = (tangents, call) =>
    this.run(call, (operands, output, tied) => {
      const given = operands.flatMap((operand, i) => {
        const tangent = tangents[i] ?? null;
        return operand === null || tangent === null ? [] : [{ operand, tangent }];
      });
      const pushed = sweepForward(
        given.map(({ operand }) => operand),
        given.map(({ tangent }) => tangent),
        [output],
        { recorded: tied, independent: true },
      );
      return pushed.get(output) ?? zerosLike(output);
    });

  /** Records the function once more; `use` gets what stands for each operand in the new trace. */
  private run<T>(
    { inputs: operands }: Recorded,
    use: (operands: readonly (Tensor | null)[], output: Tensor, tied: boolean) => T,
  ): T {
    const inputs = operands.slice(0, this.count);
    return ownRandom.run(this.random.fork(), () =>
      withTrace(
        'checkpoint',
        this.f,
        inputs,
        this.differentiable,
        ({ sources, outputs: [output], tied }) => {
          const standIns = inputs.map((_, i) => sources[this.differentiable.indexOf(i)] ?? null);
          return use([...standIns, ...operands.slice(this.count)], output, tied);
        },
      ),
    );
  }
}
