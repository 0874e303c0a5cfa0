import {
  abs,
  add,
  bce,
  bceWithLogits,
  crossEntropy,
  cumulativeLink,
  grad,
  hinge,
  huber,
  klDiv,
  l1,
  logSoftmax,
  mean,
  mse,
  multiMargin,
  nll,
  poissonNll,
  normal,
  partSums,
  sigmoid,
  smoothL1,
  softmax,
  sub,
  tensor,
  type DType,
  type Tensor,
} from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toTensor } from '../../test-support.js';
import { BCELoss } from './bce.js';
import { BCEWithLogitsLoss } from './bce-with-logits.js';
import { CrossEntropyLoss } from './cross-entropy.js';
import { buildLoss, lossTypes, type LossSpec } from './loss-types.js';
import { userLoss, type Loss } from './loss.js';
import { HuberLoss } from './huber.js';
import { L1Loss } from './l1.js';
import { MSELoss } from './mse.js';
import { NLLLoss } from './nll.js';
import { PoissonNLLLoss } from './poisson-nll.js';
import { SmoothL1Loss } from './smooth-l1.js';

const classes = {
  cross_entropy: new CrossEntropyLoss(),
  mse: new MSELoss(),
  bce_with_logits: new BCEWithLogitsLoss(),
};

describe.each(goldens.losses)('$name with $target.dtype targets', (golden) => {
  const output = toTensor(golden.output);
  output.requiresGrad = true;
  const target = toTensor(golden.target, golden.target.dtype);

  it('is the mean that PyTorch gives, with its gradient', () => {
    const loss = classes[golden.name].forward(output, target);
    expect(loss.item()).toBeCloseTo(golden.mean, 12);
    output.grad = null;
    loss.backward();
    expectClose(output.grad, golden.grad);
  });

  it('is a sum and a weight whose quotient is that mean, whole or in parts', () => {
    const loss = buildLoss(golden.name);
    const parts = (
      [
        [0, 1],
        [1, 4],
      ] as const
    ).map(([from, to]) => loss.compute(output.slice(from, to), target.slice(from, to)));
    const whole = loss.compute(output, target);
    expect(whole.sum.item() / whole.weight).toBeCloseTo(golden.mean, 12);
    const sum = parts.reduce((total, part) => total + part.sum.item(), 0);
    const weight = parts.reduce((total, part) => total + part.weight, 0);
    expect(weight).toBe(whole.weight);
    expect(sum / weight).toBeCloseTo(golden.mean, 12);
  });
});

const logits = normal([5, 3], 0, 1, { dtype: 'f64' });
const logProbabilities = logSoftmax(logits);
const shares = softmax(normal([5, 3], 0, 1, { dtype: 'f64' }));
const scores = normal([5, 1], 0, 1, { dtype: 'f64' });
const values = normal([5, 3], 0, 1, { dtype: 'f64' });
const indices = tensor(Int32Array.of(2, -1, 0, 1, 2));
const kept = tensor(Int32Array.of(2, 1, 0, 1, 2));
const sides = tensor(Int32Array.of(1, 0, 1, 1, 0));
const counts = tensor(Int32Array.of(0, 3, 1, 2, 7));
const classWeights = [0.5, 2, 1.25];

/** A loss, what it is given, and the mean that the function of the core makes of the whole. */
const wholes: readonly (readonly [LossSpec, Tensor, Tensor, () => Tensor])[] = [
  [
    { type: 'cross_entropy', classWeights, ignoreIndex: -1, labelSmoothing: 0.25 },
    logits,
    indices,
    () => crossEntropy(logits, indices, { classWeights, ignoreIndex: -1, labelSmoothing: 0.25 }),
  ],
  [
    { type: 'cross_entropy', classWeights },
    logits,
    shares,
    () => crossEntropy(logits, shares, { classWeights }),
  ],
  [
    { type: 'nll', classWeights, ignoreIndex: -1 },
    logProbabilities,
    indices,
    () => nll(logProbabilities, indices, { classWeights, ignoreIndex: -1 }),
  ],
  [
    { type: 'multi_margin', classWeights, squared: true, margin: 0.5 },
    logits,
    kept,
    () => multiMargin(logits, kept, { classWeights, p: 2, margin: 0.5 }),
  ],
  [
    { type: 'bce_with_logits', posWeight: [3, 1, 0.5] },
    logits,
    shares,
    () => bceWithLogits(logits, shares, { posWeight: [3, 1, 0.5] }),
  ],
  ['bce', sigmoid(logits), shares, () => bce(sigmoid(logits), shares)],
  ['l1', logits, values, () => l1(logits, values)],
  [{ type: 'huber', delta: 0.25 }, logits, values, () => huber(logits, values, { delta: 0.25 })],
  [{ type: 'smooth_l1', beta: 2 }, logits, values, () => smoothL1(logits, values, { beta: 2 })],
  [
    { type: 'poisson_nll', full: true },
    scores,
    counts,
    () => poissonNll(scores, counts.to('f64').reshape([5, 1]), { full: true }),
  ],
  [
    'hinge',
    scores,
    sides,
    () => hinge(scores, tensor([[1], [-1], [1], [1], [-1]], { dtype: 'f64' })),
  ],
  [
    'kl_div',
    logProbabilities,
    shares,
    () => klDiv(logProbabilities, shares, { reduction: 'batchmean' }),
  ],
  [
    { type: 'cumulative_link', thresholds: [-1, 0.5] },
    scores,
    kept,
    () => cumulativeLink(scores.reshape([5]), kept, tensor([-1, 0.5], { dtype: 'f64' })),
  ],
];

describe.each(wholes)('%j', (spec, output, target, mean) => {
  it('is a sum and a weight whose quotient is the mean, whole or in parts', () => {
    const loss = buildLoss(spec);
    const parts = [
      [0, 2],
      [2, 3],
      [3, 5],
    ].map(([from = 0, to]) => loss.compute(output.slice(from, to), target.slice(from, to)));
    for (const some of [[loss.compute(output, target)], parts]) {
      const sum = some.reduce((total, part) => total + part.sum.item(), 0);
      const weight = some.reduce((total, part) => total + part.weight, 0);
      expect(sum / weight).toBeCloseTo(mean().item(), 12);
    }
  });
});

describe.each([...wholes, ['mse', logits, values, () => mse(logits, values)] as const])(
  'the terms of %j',
  (spec, output, target) => {
    it('give each part the bits that it has by itself', () => {
      const loss = buildLoss(spec);
      const ends = [2, 3, 5];
      const { terms } = loss;
      if (terms === undefined) throw new Error('no terms');
      const all = terms.of(output, target);
      const gradient = grad((x) => terms.of(x, target).sum())(output);
      const sums = partSums(all, { ends });
      ends.forEach((end, i) => {
        const begin = ends[i - 1] ?? 0;
        const [own, ownTarget] = [output.slice(begin, end), target.slice(begin, end)];
        const part = loss.compute(own, ownTarget);
        expect(sums[i]).toBe(part.sum.item());
        const each = all.size / (all.shape[0] ?? 1);
        expect(terms.weight?.(ownTarget) ?? each * (end - begin)).toBe(part.weight);
        const ownGradient = grad((x) => loss.compute(x, ownTarget).sum)(own);
        expect(gradient.slice(begin, end).toArray()).toEqual(ownGradient.toArray());
      });
    });
  },
);

it('is tested whatever its type', () => {
  const tested = wholes.map(([spec]) => (typeof spec === 'string' ? spec : spec.type));
  expect(new Set([...tested, 'mse'])).toEqual(new Set(Object.keys(lossTypes)));
});

describe('PyTorch-like classes', () => {
  it('take the same options', () => {
    const pairs = [
      [new L1Loss().forward(logits, values), l1(logits, values)],
      [new HuberLoss({ delta: 2 }).forward(logits, values), huber(logits, values, { delta: 2 })],
      [new SmoothL1Loss({ beta: 0 }).forward(logits, values), l1(logits, values)],
      [
        new NLLLoss({ classWeights }).forward(logProbabilities, kept),
        nll(logProbabilities, kept, { classWeights }),
      ],
      [new BCELoss().forward(sigmoid(logits), shares), bce(sigmoid(logits), shares)],
      [
        new PoissonNLLLoss({ full: true }).forward(logits, shares),
        poissonNll(logits, shares, { full: true }),
      ],
    ] as const;
    for (const [found, expected] of pairs) expect(found.item()).toBe(expected.item());
  });
});

describe('targets', () => {
  it('of single numbers may be whole, and [N] for [N, 1]', () => {
    const output = tensor([[0.5], [2]]);
    const { sum, weight } = buildLoss('mse').compute(output, tensor(Int32Array.of(1, 0)));
    expect([sum.item(), weight]).toEqual([4.25, 2]);
    const truths = tensor([1, 0]);
    const [a, b] = [truths, truths.to('i32')].map((target) =>
      buildLoss('bce_with_logits').compute(output, target).sum.item(),
    );
    expect(a).toBe(b);
  });

  it('are never stretched', () => {
    const output = tensor([[1], [2]]);
    expect(() => buildLoss('mse').compute(output, tensor([[1, 2]]))).toThrow(/\[2, 1\].*\[1, 2\]/);
    expect(() => new MSELoss().forward(tensor([1, 2]), tensor(1))).toThrow(/one shape/);
  });
});

describe('a check before training', () => {
  const check = (
    loss: LossSpec,
    output: readonly number[],
    dtype: DType,
    shape: readonly number[],
    count?: number,
  ) => {
    buildLoss(loss).check(output, {
      dtype,
      shape,
      ...(count === undefined ? {} : { classes: count }),
    });
  };

  it('lets pass what fits', () => {
    check('cross_entropy', [10], 'i32', [], 10);
    check('cross_entropy', [10], 'i32', [], 7);
    check('cross_entropy', [10], 'f32', [10]);
    check('cross_entropy', [10, 5, 5], 'i32', [5, 5]);
    check('mse', [1], 'f32', [1]);
    check('mse', [1], 'i32', []);
    check('bce_with_logits', [1], 'i32', [], 2);
    check('bce_with_logits', [3], 'f32', [3]);
  });

  it.each([
    [
      'fewer outputs than classes',
      () => check('cross_entropy', [5], 'i32', [], 10),
      /5 outputs.*10 classes/,
    ],
    [
      'an image',
      () => check('cross_entropy', [10, 2, 2], 'i32', [], 10),
      /\[10, 2, 2\].*linear layer/,
    ],
    ['one output', () => check('cross_entropy', [1], 'i32', [], 2), /bce_with_logits/],
    ['numbers for indices', () => check('cross_entropy', [3], 'f32', [1]), /f32 \[1\]/],
    ['another size', () => check('mse', [3], 'f32', [2]), /\[3\].*\[2\]/],
    ['indices for vectors', () => check('mse', [3], 'i32', []), /\[3\]/],
    [
      'too many class weights',
      () => check({ type: 'nll', classWeights: [1, 2] }, [3], 'i32', [], 3),
      /2 class weights.*3 outputs/,
    ],
    ['probabilities for indices', () => check('multi_margin', [3], 'f32', [3]), /class indices/],
    [
      'weights of other outputs',
      () => check({ type: 'bce_with_logits', posWeight: [1, 2] }, [3], 'f32', [3]),
      /2 weights.*3 outputs/,
    ],
    ['indices for distributions', () => check('kl_div', [3], 'i32', []), /probability for each/],
    [
      'two scores for an order',
      () => check({ type: 'cumulative_link', thresholds: [0] }, [2], 'i32', []),
      /one score/,
    ],
    [
      'more classes than thresholds part',
      () => check({ type: 'cumulative_link', thresholds: [0] }, [1], 'i32', [], 3),
      /2 classes apart.*have 3/,
    ],
    [
      'thresholds that descend',
      () => check({ type: 'cumulative_link', thresholds: [1, 0] }, [1], 'i32', []),
      /ascend/,
    ],
    [
      'unknown arguments',
      () => check({ type: 'huber', beta: 1 } as unknown as LossSpec, [1], 'f32', [1]),
      /no argument 'beta'/,
    ],
    ['unknown losses', () => check('hubert' as LossSpec, [1], 'f32', [1]), /did you mean 'huber'/i],
    ['three classes', () => check('bce_with_logits', [1], 'i32', [], 3), /use cross_entropy/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('userLoss', () => {
  it('counts the mean of a function with its samples', () => {
    const loss = userLoss(function mae(output: Tensor, target: Tensor) {
      return mean(abs(sub(output, target)));
    });
    expect(loss.name).toBe('mae');
    const { sum, weight } = loss.compute(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    expect(weight).toBe(3);
    expect(sum.item()).toBe(7.5);
  });

  it('takes a loss as it is', () => {
    const own: Loss = { name: 'own', compute: (output) => ({ sum: output.sum(), weight: 2 }) };
    expect(userLoss(own)).toBe(own);
  });

  it('refuses what is neither, and what returns no number', () => {
    expect(() => userLoss('mse')).toThrow(/function/);
    expect(() => userLoss(null)).toThrow(/function/);
    const x = tensor([1, 2]);
    expect(() => userLoss(() => 3).compute(x, x)).toThrow(/it returned number/);
    expect(() => userLoss(add).compute(x, x)).toThrow(/loss add: .*f32 \[2\]/);
  });
});
