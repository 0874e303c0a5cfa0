import { describe, expect, it } from 'vitest';
import '../methods.js';
import * as create from '../create.js';
import { grad } from '../autodiff/grad.js';
import { DTypeError, GradientError, ShapeError, ValueError } from '../errors.js';
import * as random from '../random/draw.js';
import type { Tensor } from '../tensor.js';
import * as ops from './index.js';

const { tensor, zeros } = create;
const f = (...shape: number[]): Tensor => zeros(shape);
const whole = (...values: number[]): Tensor => tensor(Int32Array.from(values));

type Wrong = readonly [
  name: string,
  call: () => unknown,
  kind: typeof ShapeError,
  ...words: string[],
];

type Name = keyof Tensor | keyof typeof ops | keyof typeof create | keyof typeof random | 'grad';

/** Functions that take anything, as they do in JavaScript. */
type Loose = ((...given: readonly unknown[]) => Loose) & { readonly [One in Name]: Loose };

/** A call that a compiler would refuse, as it comes from JavaScript. */
function untyped(call: (x: Loose, fn: Loose) => unknown): () => unknown {
  const functions: unknown = { ...ops, ...create, ...random, grad };
  return () => call(f(2, 3) as unknown as Loose, functions as Loose);
}

const unknownOptions: readonly Wrong[] = [
  [
    'sum',
    untyped((x) => x.sum({ dim: 1 })),
    ValueError,
    "sum has no option 'dim'. Did you mean 'axis'?",
  ],
  [
    'sum',
    untyped((x) => x.sum(1)),
    ValueError,
    'such as { axis: 1 }',
    'not as 1. It takes axis, keepdim.',
  ],
  ['mean', untyped((x) => x.mean(1)), ValueError, 'such as { axis: 1 }'],
  ['max', untyped((x) => x.max(0)), ValueError, 'such as { axis: 0 }'],
  ['max', untyped((x) => x.max(x)), ValueError, 'not as a Tensor'],
  ['all', untyped((x) => x.all([0])), ValueError, 'not as [0]'],
  ['argmax', untyped((x) => x.argmax({ dim: 1 })), ValueError, "'axis'"],
  ['median', untyped((x) => x.median(true)), ValueError, 'not as true'],
  ['std', untyped((x) => x.std({ unbiased: false })), ValueError, "'correction'"],
  ['sum', untyped((x) => x.sum({ keepdims: true })), ValueError, "'keepdim'"],
  ['prod', untyped((x) => x.prod({ axs: 1 })), ValueError, "mean 'axis'"],
  [
    'norm',
    untyped((x) => x.norm({ foo: 1 })),
    ValueError,
    "no option 'foo'. It takes axis, keepdim, p.",
  ],
  ['quantile', untyped((x) => x.quantile(0.5, { dim: 0 })), ValueError, "'axis'"],
  ['topk', untyped((x, fn) => fn.topk(x, 1, { dim: 0 })), ValueError, "'axis'"],
  [
    'pad',
    untyped((x) => x.pad([1, 1], { val: 1 })),
    ValueError,
    "option 'val'",
    "mean 'value'?",
    'mode, value',
  ],
  ['gelu', untyped((x) => x.gelu('tanh')), ValueError, "not as 'tanh'"],
  [
    'gelu',
    untyped((x) => x.gelu({ approx: 'tanh' })),
    ValueError,
    "mean 'approximate'? It takes approximate.",
  ],
  ['conv2d', untyped((x, fn) => fn.conv2d(x, x, null, { strides: 2 })), ValueError, "'stride'"],
  ['maxPool2d', untyped((x, fn) => fn.maxPool2d(x, 2)), ValueError, 'such as { kernelSize: ... }'],
  ['maxPool2d', untyped((x, fn) => fn.maxPool2d(x)), ValueError, 'not as undefined'],
  ['mse', untyped((x, fn) => fn.mse(x, x, 'sum')), ValueError, 'reduction', "'sum'"],
  [
    'crossEntropy',
    untyped((x, fn) => fn.crossEntropy(x, x, { label_smoothing: 0.1 })),
    ValueError,
    "'labelSmoothing'",
  ],
  [
    'scaledDotProductAttention',
    untyped((x, fn) => fn.scaledDotProductAttention(x, x, x, { is_causal: true })),
    ValueError,
    "'causal'",
  ],
  [
    'tensor',
    untyped((_, fn) => fn.tensor([1], { requires_grad: true })),
    ValueError,
    "'requiresGrad'",
  ],
  [
    'zeros',
    untyped((_, fn) => fn.zeros([2], { require_grad: true })),
    ValueError,
    "'requiresGrad'",
  ],
  ['zeros', untyped((_, fn) => fn.zeros([2], 'f64')), ValueError, 'such as { dtype: ... }'],
  ['randn', untyped((_, fn) => fn.randn([2], { grad: true })), ValueError, 'dtype, requiresGrad'],
  ['randn', untyped((_, fn) => fn.randn(2, 3)), ValueError, 'not as 3'],
  ['grad', untyped((_, fn) => fn.grad(() => 0, { argnum: 1 })), ValueError, "'argnums'"],
  [
    'backward',
    untyped((x) => x.backward(undefined, { retain_graph: true })),
    ValueError,
    "'retainGraph'",
  ],
];

const wrongKinds: readonly Wrong[] = [
  ['add', untyped((x) => x.add('3')), ValueError, 'tensors and numbers', "'3'"],
  ['add', untyped((x) => x.add(undefined)), ValueError, 'undefined'],
  ['mul', untyped((x, fn) => fn.mul([1, 2], x)), ValueError, '[1, 2]', 'tensor(...)'],
  ['pow', untyped((x) => x.pow(null)), ValueError, 'null'],
  ['exp', untyped((_, fn) => fn.exp([1, 2])), ValueError, '[1, 2]'],
  ['linear', untyped((x, fn) => fn.linear([[1, 2]], x)), ValueError, '[[1, 2]]', 'tensor(...)'],
  ['linear', untyped((x, fn) => fn.linear(x)), ValueError, 'undefined'],
  ['cat', untyped((x, fn) => fn.cat(x, x)), ValueError, 'a Tensor', 'cat([a, b])'],
  ['cat', untyped((x, fn) => fn.cat([x, 1])), ValueError, 'not 1'],
  [
    'cat',
    untyped((x, fn) => fn.cat([x, x], { axis: 1 })),
    ValueError,
    '{ axis: 1 }',
    'give 1 alone',
  ],
  ['softmax', untyped((x) => x.softmax({ dim: 0 })), ValueError, 'a number here', '{ dim: 0 }'],
  ['squeeze', untyped((x) => x.squeeze({ axis: 0 })), ValueError, '{ axis: 0 }', 'give 0 alone'],
  ['sum', untyped((x) => x.sum({ axis: '1' })), ValueError, "'1'"],
  ['zeros', untyped((_, fn) => fn.zeros(3)), ValueError, 'zeros([2, 3])', 'not as 3'],
  ['reshape', untyped((x) => x.reshape(2, 2)), ValueError, 'reshape([2, 3])', 'not as 2'],
  ['permute', untyped((x) => x.permute(1, 0)), ValueError, 'permute([1, 0])', 'not as 1'],
  ['repeat', untyped((x) => x.repeat(2)), ValueError, 'repeat([2, 3])', 'not as 2'],
  ['expand', untyped((x) => x.expand(2, 3)), ValueError, 'expand([2, 3])'],
  ['view', untyped((x) => x.view(2, 2)), ValueError, 'reshape([2, 3])'],
  [
    'zeros',
    untyped((_, fn) => fn.zeros([2], { dtype: 'float32' })),
    DTypeError,
    "'float32'",
    "'f32'",
  ],
  ['to', untyped((x) => x.to('half')), DTypeError, "'half'", 'f32, f64'],
  ['tensor', untyped((_, fn) => fn.tensor(null)), ValueError, 'null'],
  ['tensor', untyped((_, fn) => fn.tensor([1, undefined])), ValueError, 'undefined'],
  ['tensor', untyped((_, fn) => fn.tensor(['a'])), ValueError, "'a'", 'numbers'],
  ['tensor', untyped((x, fn) => fn.tensor([x])), ValueError, 'a Tensor', 'stack()'],
  ['grad', untyped((x, fn) => fn.grad(() => 3)(x)), GradientError, 'returned 3', 'return a tensor'],
  ['grad', untyped((_, fn) => fn.grad((y: unknown) => y)(3)), ValueError, 'not 3'],
  [
    'grad',
    untyped((x, fn) => fn.grad((y: unknown) => y)(x)),
    GradientError,
    '[2, 3]',
    'jacobian()',
  ],
  [
    'backward',
    () =>
      tensor([1], { requiresGrad: true })
        .sum()
        .backward({ retainGraph: true } as unknown as Tensor),
    ValueError,
    '{ retainGraph: true }',
    'the seed',
  ],
  ['conv2d', () => ops.conv2d(f(1, 1, 5, 5), f(2, 3, 3, 3)), ShapeError, '1 channel, w wants 3'],
  ['cat', () => ops.cat([f(2, 3), f(2, 4)]), ShapeError, 'along axis 1 too (3 and 4)'],
  ['cat', () => ops.cat([f(2), f(2, 4)]), ShapeError, '1 and 2 axes'],
  [
    'scaledDotProductAttention',
    () => ops.scaledDotProductAttention(f(2, 3), f(4, 3), f(4, 3), { mask: f(4, 2) }),
    ShapeError,
    'the mask [4, 2]',
    '[2, 4]',
  ],
  [
    'scaledDotProductAttention',
    () => ops.scaledDotProductAttention(f(2, 3), f(4, 3), f(4, 3), { mask: whole(1) }),
    DTypeError,
    'the mask is i32',
  ],
];

it('names what tensor has no gradient', () => {
  expect(() => tensor([1], { dtype: 'i32', requiresGrad: true })).toThrow('an i32 tensor');
});

describe('misuse from JavaScript', () => {
  it.each([...unknownOptions, ...wrongKinds].map((one) => ({ name: one[0], one })))(
    'of $name',
    ({ one }) => {
      const [name, call, kind, ...words] = one;
      let error: unknown;
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(kind);
      const { message } = error as Error;
      expect(message).toMatch(new RegExp(`^${name}(:| has no option) `));
      for (const word of words) expect(message).toContain(word);
    },
  );
});
