import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import type { JointDerivative, AnyOp, Arity } from '../op.js';
import type { RandomState } from '../random/random-state.js';
import { scope } from '../scoped.js';
import type { Tensor } from '../tensor.js';
import { recordCall } from './custom-op.js';
import { sweepForward } from './forward-sweep.js';
import { adjointsOf } from './grad.js';
import { othersBehind } from './graph.js';
import { nextCall } from './node.js';
import { withTrace, type TensorFunction } from './trace.js';

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
  const differentiable = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const { value, others } = scope(() =>
    withTrace('checkpoint', f, inputs, differentiable, ({ sources, outputs }) => {
      const [output] = outputs as [Tensor];
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
  return recordCall(op, [...inputs, ...others], () => value);
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
    this.run(call.inputs, (sources, others, outputs, tied) => {
      const places = [...this.differentiable, ...others.map((_, i) => this.count + i)];
      const chosen = places.filter((place) => wanted[place] === true);
      const targets = [...sources, ...others].filter((_, i) => wanted[places[i] ?? -1] === true);
      const found = adjointsOf(outputs, [gradient], targets, { createGraph: tied });
      return call.inputs.map((_, i) => found[chosen.indexOf(i)] ?? null);
    });

  readonly push: JointDerivative<Arity, unknown>['push'] = (tangents, call) =>
    this.run(call.inputs, (sources, others, outputs, tied) => {
      const places = [...this.differentiable, ...others.map((_, i) => this.count + i)];
      const given = [...sources, ...others].flatMap((source, i) => {
        const tangent = tangents[places[i] ?? -1] ?? null;
        return tangent === null ? [] : [{ source, tangent }];
      });
      const pushed = sweepForward(
        given.map(({ source }) => source),
        given.map(({ tangent }) => tangent),
        outputs,
        tied,
      );
      return pushed.get(outputs[0] as Tensor) as Tensor;
    });

  private run<T>(
    operands: readonly Tensor[],
    use: (
      sources: readonly Tensor[],
      others: readonly Tensor[],
      outputs: readonly Tensor[],
      tied: boolean,
    ) => T,
  ): T {
    const active = engine();
    const { random } = active;
    const inputs = operands.slice(0, this.count);
    active.random = this.random.fork();
    try {
      return withTrace('checkpoint', this.f, inputs, this.differentiable, (trace) =>
        use(trace.sources, operands.slice(this.count), trace.outputs, trace.tied),
      );
    } finally {
      active.random = random;
    }
  }
}
