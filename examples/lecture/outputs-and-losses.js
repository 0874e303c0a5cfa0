// What a network ends in follows from what it is to say: one kind of hidden layer, six kinds of output.
//
//   regression     a linear node              squared error
//   binary         a sigmoid node             negative log likelihood
//   multi-class    a softmax over the nodes   cross-entropy with the index of the class
//   multi-label    a sigmoid for each node    negative log likelihood of each
//   ordinal        a linear node, rounded     squared error of the rank
//   ordinal        a place among thresholds   likelihood of the right stretch, which respects the order
//
// Sigmoid and softmax are part of the loss, which is more exact straight from the logits. All learn from
// points of a square, and are asked about others.
//
// Run: node examples/lecture/outputs-and-losses.js (some seconds)
import {
  bceWithLogits,
  crossEntropy,
  cumulativeLink,
  manualSeed,
  mse,
  nn,
  noGrad,
  stack,
  tensor,
  uniform,
} from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

/**
 * The truth about points `[N, 2]` of the square from -1 to 1.
 *
 * @param {Tensor} points
 */
function truth(points) {
  const [x, y] = /** @type {[Tensor, Tensor]} */ (points.unbind(1));
  const [right, upper] = [x.gt(0), y.gt(0)];
  const height = x.mul(2).sin().add(y.square());
  /** @param {readonly Tensor[]} columns */
  const asColumns = (columns) => stack(columns, 1).to('f32');
  const steps = asColumns([-0.5, 0, 0.5, 1].map((step) => height.gt(step)));
  return {
    height: height.unsqueeze(1),
    isHigh: asColumns([height.gt(0.5)]),
    quarter: right.to('i32').add(upper.to('i32').mul(2)),
    labels: asColumns([right, upper, x.square().add(y.square()).lt(0.5)]),
    rank: steps.sum({ axis: 1, keepdim: true }), // 0 to 4
  };
}

/** @typedef {ReturnType<typeof truth>} Truth */

/** Where the output passes from one rank to the next. */
const cuts = tensor([-15, -5, 5, 15]);

/** @param {Tensor} isRight */
const share = (isRight) => isRight.to('f32').mean().item();

/**
 * Nodes, loss, and how good the outputs are: the share of right answers, or the mean absolute error.
 *
 * @type {Record<string, {
 *   nodes: number,
 *   loss: (output: Tensor, truth: Truth) => Tensor,
 *   score: (output: Tensor, truth: Truth) => number,
 * }>}
 */
const kinds = {
  regression: {
    nodes: 1,
    loss: (output, { height }) => mse(output, height),
    score: (output, { height }) => output.sub(height).abs().mean().item(),
  },
  binary: {
    nodes: 1,
    loss: (output, { isHigh }) => bceWithLogits(output, isHigh),
    score: (output, { isHigh }) => share(output.gt(0).to('f32').eq(isHigh)),
  },
  'multi-class': {
    nodes: 4,
    loss: (output, { quarter }) => crossEntropy(output, quarter),
    score: (output, { quarter }) => share(output.argmax({ axis: 1 }).eq(quarter)),
  },
  'multi-label': {
    nodes: 3,
    loss: (output, { labels }) => bceWithLogits(output, labels),
    score: (output, { labels }) => share(output.gt(0).to('f32').eq(labels)),
  },
  'ordinal as regression': {
    nodes: 1,
    loss: (output, { rank }) => mse(output, rank),
    score: (output, { rank }) => share(output.sub(rank).abs().lt(0.5)),
  },
  'ordinal by thresholds': {
    nodes: 1,
    loss: (output, { rank }) => cumulativeLink(output, rank.to('i32'), cuts),
    score: (output, { rank }) =>
      share(output.gt(cuts).to('f32').sum({ axis: 1, keepdim: true }).eq(rank)),
  },
};

/** Trains one network for each kind of output; the scores are those for points that it has not seen. */
export function trainAll(steps = 400) {
  return Object.entries(kinds).map(([kind, { nodes, loss, score }]) => {
    manualSeed(10);
    const [known, unseen] = [uniform([400, 2], -1, 1), uniform([1000, 2], -1, 1)];
    const answers = truth(known);
    const model = new nn.Sequential(new nn.Linear(2, 32), new nn.Tanh(), new nn.Linear(32, nodes));
    const optimizer = new nn.Adam(model.parameters(), { lr: 0.03 });
    let last = NaN;
    for (let step = 0; step < steps; step++) {
      const value = loss(model.forward(known), answers);
      last = value.item();
      optimizer.zeroGrad();
      value.backward();
      optimizer.step();
    }
    return { kind, loss: last, score: noGrad(() => score(model.forward(unseen), truth(unseen))) };
  });
}

if (started(import.meta.url)) {
  console.log('output                      loss   on unseen points');
  for (const { kind, loss, score } of trainAll()) {
    const meaning = kind === 'regression' ? 'mean absolute error' : 'right';
    console.log(kind.padEnd(24), loss.toFixed(5).padStart(7), ` ${score.toFixed(4)} ${meaning}`);
  }
}
