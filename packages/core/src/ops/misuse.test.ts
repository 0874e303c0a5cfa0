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
const wide = (...shape: number[]): Tensor => zeros(shape, { dtype: 'f64' });

type Wrong = readonly [
  name: string,
  call: () => unknown,
  kind: typeof ShapeError,
  ...words: string[],
];

/** Calls that no op takes: what is thrown, and what its message must hold besides the op. */
const wrong: readonly Wrong[] = [
  ['add', () => f(2, 3).add(f(4)), ShapeError, '[2, 3]', '[4]', 'axis -1 has 3 and 4'],
  ['where', () => ops.where(f(2), f(3), 0), ShapeError, '[3]', '[2]'],
  ['sum', () => f(2, 3).sum({ axis: 2 }), ShapeError, 'axis 2', '[-2, 1]'],
  ['sum', () => f(2, 3).sum({ axis: [0, -2] }), ShapeError, 'one axis twice'],
  ['mean', () => whole(1, 2).mean(), DTypeError, 'i32', "to('f32')"],
  ['max', () => f(0, 3).max({ axis: 0 }), ShapeError, '[0, 3]', 'no elements'],
  ['argmax', () => f(0).argmax(), ShapeError, '[0]'],
  ['argmin', () => f().argmin({ axis: 1 }), ShapeError, 'scalar', 'axis 1'],
  ['matmul', () => f(2, 3).matmul(f(4, 5)), ShapeError, '[2, 3]', '[4, 5]', '3 and 4'],
  ['matmul', () => f(2, 3).matmul(f()), ShapeError, 'scalar', 'mul()'],
  ['matmul', () => f(2, 2, 3).matmul(f(3, 3, 4)), ShapeError, '[2]', '[3]'],
  ['matmul', () => f(2, 3).matmul(wide(3, 4)), DTypeError, 'f32 and f64'],
  ['matmul', () => whole(1).matmul(whole(1)), DTypeError, 'i32', "to('f32')"],
  ['linear', () => ops.linear(f(2, 3), f(4, 5)), ShapeError, '[2, 3]', '[4, 5]', '[out, in]'],
  ['linear', () => ops.linear(f(2, 3), f(4, 3), f(3)), ShapeError, '[3]', '[4]'],
  [
    'conv2d',
    () => ops.conv2d(f(1, 2, 5, 5), f(3, 1, 3, 3)),
    ShapeError,
    '[1, 2, 5, 5]',
    '[3, 1, 3, 3]',
    'same C',
  ],
  ['conv2d', () => ops.conv2d(f(1, 1, 2, 2), f(1, 1, 3, 3)), ShapeError, '3 x 3', '[2, 2]'],
  ['conv2d', () => ops.conv2d(f(1, 1, 5, 5), f(2, 1, 3, 3), f(1)), ShapeError, 'bias [1]', '[2]'],
  [
    'conv2d',
    () => ops.conv2d(f(1, 1, 5, 5), f(2, 1, 3, 3), null, { stride: 0 }),
    ValueError,
    'stride',
    '0',
  ],
  [
    'conv2d',
    () => ops.conv2d(f(1, 1, 5, 5), f(2, 1, 3, 3), null, { stride: 2, padding: 'same' }),
    ValueError,
    "'same'",
    'stride 1',
  ],
  [
    'maxPool2d',
    () => ops.maxPool2d(f(5, 5), { kernelSize: 2 }),
    ShapeError,
    '[5, 5]',
    '[N, C, H, W]',
  ],
  [
    'maxPool2d',
    () => ops.maxPool2d(f(1, 5, 5), { kernelSize: 2, padding: 2 }),
    ValueError,
    '2 x 2',
    'half',
  ],
  ['avgPool2d', () => ops.avgPool2d(f(1, 2, 2), { kernelSize: 3 }), ShapeError, '3 x 3'],
  ['reshape', () => f(2, 3).reshape([4, -1]), ShapeError, '[2, 3]', '[4, -1]'],
  ['reshape', () => f(2, 3).reshape([-1, -1]), ShapeError, '[-1, -1]'],
  ['reshape', () => f(0, 3).reshape([0, -1]), ShapeError, '[0, -1]'],
  ['flatten', () => f(2, 3, 4).flatten(2, 1), ShapeError, 'axis 1', 'axis 2'],
  ['squeeze', () => f(2, 1).squeeze(2), ShapeError, 'axis 2'],
  ['unsqueeze', () => f(2).unsqueeze(3), ShapeError, 'axis 3'],
  ['transpose', () => f(2).transpose(), ShapeError, 'axis -2'],
  ['permute', () => f(2, 3).permute([0, 0]), ShapeError, '[0, 0]', '[2, 3]'],
  ['expand', () => f(2, 3).expand([4, 3]), ShapeError, '[2, 3]', '[4, 3]'],
  ['expand', () => f(3).expand([-1, 3]), ShapeError, '-1', 'axis 0', '[3]'],
  ['pad', () => whole(1).pad([1, 1], { value: 0.5 }), ValueError, '0.5', 'i32'],
  ['cat', () => ops.cat([]), ShapeError, 'at least one'],
  ['cat', () => ops.cat([f(2, 3), f(2, 4)]), ShapeError, '[2, 3]', '[2, 4]'],
  ['stack', () => ops.stack([f(2), f(3)]), ShapeError, '[2]', '[3]'],
  ['slice', () => f(5).slice(0.5), ShapeError, '0.5'],
  ['slice', () => f(5).slice(0, 2, 0, 0), ValueError, 'step', '0'],
  ['stack', () => ops.stack([]), ShapeError, 'at least one'],
  ['stack', () => ops.stack([f(2)], 3), ShapeError, 'axis 3', '[-2, 1]'],
  ['flip', () => f(2, 3).flip([0, -2]), ShapeError, 'one axis twice'],
  ['roll', () => f(2, 3).roll([1, 2], 0), ShapeError, '2 shifts', '1 axes'],
  ['roll', () => f(2, 3).roll([1, 2]), ShapeError, '2 shifts'],
  ['roll', () => f(2).roll(0.5, 0), ValueError, '0.5'],
  ['repeat', () => f(2, 3).repeat([2]), ShapeError, '[2, 3]', 'tile()'],
  ['repeat', () => f(2).repeat([-1]), ShapeError, '[-1]'],
  ['tile', () => f(2).tile([1.5]), ShapeError, '[1.5]'],
  ['repeatInterleave', () => f(2).repeatInterleave(-1), ValueError, '-1'],
  ['repeatInterleave', () => f(3).repeatInterleave([1, 2], 0), ShapeError, '2 numbers', '3 places'],
  ['split', () => f(5).split([2, 2]), ShapeError, '[2, 2]', '4', '[5]'],
  ['split', () => f(5).split(0), ValueError, '0', 'above zero'],
  ['split', () => f(5).split([6, -1]), ValueError, '-1'],
  ['chunk', () => f(5).chunk(0), ValueError, '0'],
  ['unbind', () => f(5).unbind(1), ShapeError, 'axis 1'],
  ['pad', () => f(2, 3).pad([1]), ValueError, '[1]', 'two for each axis'],
  ['pad', () => f(3).pad([0, 0, 1, 1]), ShapeError, '4 numbers', '[3]'],
  ['pad', () => f(3).pad([-2, -2]), ShapeError, '-2', '[3]'],
  ['pad', () => f(3).pad([3, 0], { mode: 'reflect' }), ShapeError, '3', "'reflect'", 'at most 2'],
  ['pad', () => f(3).pad([0, 4], { mode: 'circular' }), ShapeError, '4', 'at most 3'],
  ['pad', () => f(0).pad([0, 1], { mode: 'replicate' }), ShapeError, "'replicate'", '[0]'],
  ['pad', () => f(3).pad([1, 1], { mode: 'edge' as 'reflect' }), ValueError, "'edge'"],
  ['diagonal', () => f(2, 3).diagonal(0, 1, -1), ShapeError, '[2, 3]'],
  ['diagonal', () => f(2, 3).diagonal(0.5), ValueError, '0.5'],
  ['diagEmbed', () => f().diagEmbed(), ShapeError, 'scalar'],
  ['diag', () => f(2, 2, 2).diag(), ShapeError, '[2, 2, 2]', 'diagonal()'],
  ['trace', () => f(3).trace(), ShapeError, '[3]'],
  ['triu', () => f(3).triu(), ShapeError, '[3]'],
  ['tril', () => f(3, 3).tril(0.5), ValueError, '0.5'],
  ['unfoldAxis', () => f(3).unfoldAxis(0, 4, 1), ShapeError, '4', '[3]', 'pad()'],
  ['unfoldAxis', () => f(3).unfoldAxis(0, 2, 0), ValueError, '0 apart'],
  ['movedim', () => f(2, 3).movedim([0, 1], 0), ShapeError, '2 axes', '1 places'],
  ['movedim', () => f(2, 3).movedim([0, 0], [0, 1]), ShapeError, 'one axis twice'],
  ['unflatten', () => f(6).unflatten(0, [4, -1]), ShapeError, '[4, -1]', '[6]'],
  ['unflatten', () => f(6).unflatten(0, []), ShapeError, '[]'],
  ['meshgrid', () => ops.meshgrid([f(2, 2)]), ShapeError, '[2, 2]'],
  ['meshgrid', () => ops.meshgrid([f(2)], { indexing: 'ji' as 'ij' }), ValueError, "'ji'"],
  ['dot', () => f(2).dot(f(3)), ShapeError, '[2]', '[3]'],
  ['outer', () => f(2).outer(f(1, 3)), ShapeError, '[1, 3]', 'einsum()'],
  ['tensordot', () => ops.tensordot(f(2, 3), f(2, 3), 1), ShapeError, '[1]', '[0]'],
  ['tensordot', () => ops.tensordot(f(2), f(2)), ShapeError, '[2]', '2 axes'],
  [
    'tensordot',
    () =>
      ops.tensordot(f(2, 2), f(2, 2), [
        [0, 0],
        [0, 1],
      ]),
    ShapeError,
    'one axis twice',
  ],
  ['tensordot', () => ops.tensordot(f(2), f(2), 0.5), ValueError, '0.5'],
  ['einsum', () => ops.einsum('ij,jk->ik', f(2, 3)), ValueError, '2 operands', '1'],
  ['einsum', () => ops.einsum('ij', f(2)), ShapeError, "'ij' names 2", '[2]'],
  ['einsum', () => ops.einsum('ij...', f(2)), ShapeError, 'names 2 and more'],
  ['einsum', () => ops.einsum('ij,jk', f(2, 3), f(4, 5)), ShapeError, 'j is 4', '3 before'],
  ['einsum', () => ops.einsum('ii', f(2, 1)), ShapeError, 'i is 1', '2 before'],
  ['einsum', () => ops.einsum('ij->ik', f(2, 3)), ValueError, 'result has k'],
  ['einsum', () => ops.einsum('ij->ii', f(2, 3)), ValueError, 'i twice'],
  ['einsum', () => ops.einsum('i1->i', f(2, 3)), ValueError, "'i1'"],
  ['einsum', () => ops.einsum('i->->i', f(2)), ValueError, "more than one '->'"],
  ['einsum', () => ops.einsum('i,i', f(2), wide(2)), DTypeError, 'f32 and f64'],
  ['cosineSimilarity', () => ops.cosineSimilarity(f(2), f(2)), ShapeError, 'axis 1'],
  ['cosineSimilarity', () => ops.cosineSimilarity(f(1, 2), f(1, 2), { eps: -1 }), ValueError, '-1'],
  ['cdist', () => ops.cdist(f(2, 3), f(2, 4)), ShapeError, '[2, 3]', '[2, 4]'],
  ['normalize', () => ops.normalize(f(1, 2), { eps: NaN }), ValueError, 'NaN'],
  ['allClose', () => f(2).allClose(f(2), { atol: -1 }), ValueError, '-1'],
  ['allClose', () => f(2).allClose(f(3)), ShapeError, '[2]', '[3]'],
  ['narrow', () => f(5).narrow(0, 3, 3), ShapeError, '3 elements from 3', '[5]'],
  [
    'indexSelect',
    () => f(3, 2).indexSelect(whole(0, 3)),
    ValueError,
    'index 3',
    'place 1',
    '[0, 3)',
  ],
  ['indexSelect', () => f(3, 2).indexSelect(f(1)), DTypeError, 'f32', "to('i32')"],
  ['softmax', () => f(2, 3).softmax(2), ShapeError, 'axis 2'],
  ['softmax', () => whole(1, 2).softmax(), DTypeError, 'i32'],
  [
    'crossEntropy',
    () => ops.crossEntropy(f(2, 3), whole(0, 3)),
    ValueError,
    'row 1',
    'class 3',
    '0 to 2',
  ],
  ['crossEntropy', () => ops.crossEntropy(f(2, 3), whole(0, -1)), ValueError, 'class -1'],
  ['crossEntropy', () => ops.crossEntropy(f(2, 3), whole(0)), ShapeError, '[2, 3]', '[2]', '[1]'],
  ['crossEntropy', () => ops.crossEntropy(f(2, 3), f(2)), ShapeError, '[2]', '[2, 3]', "to('i32')"],
  ['crossEntropy', () => ops.crossEntropy(f(2, 3), f(2).eq(0)), DTypeError, 'bool'],
  [
    'crossEntropy',
    () => ops.crossEntropy(f(2, 3), whole(0, 3), { ignoreIndex: -1 }),
    ValueError,
    'target 1 is class 3',
    '0 to 2',
  ],
  [
    'crossEntropy',
    () => ops.crossEntropy(f(2, 3), f(2, 3), { ignoreIndex: -1 }),
    ValueError,
    'ignoreIndex',
  ],
  [
    'crossEntropy',
    () => ops.crossEntropy(f(2, 3), whole(0, 1), { classWeights: [1, 2] }),
    ShapeError,
    '[2]',
    '[3]',
  ],
  [
    'crossEntropy',
    () => ops.crossEntropy(f(2, 3), whole(0, 1), { labelSmoothing: 1.5 }),
    ValueError,
    '1.5',
  ],
  ['nll', () => ops.nll(f(2, 3), f(2)), DTypeError, 'f32', "to('i32')"],
  ['nll', () => ops.nll(f(2, 3), whole(0)), ShapeError, '[2, 3]', '[2]', '[1]'],
  ['nll', () => ops.nll(f(), whole(0)), ShapeError, 'scalar'],
  ['multiMargin', () => ops.multiMargin(f(2, 3), whole(0, 1), { p: 3 as 2 }), ValueError, '3'],
  ['l1', () => ops.l1(f(3), f(3, 1)), ShapeError, '[3]', '[3, 1]'],
  ['huber', () => ops.huber(f(3), f(3), { delta: 0 }), ValueError, 'delta', '0'],
  ['smoothL1', () => ops.smoothL1(f(3), f(3), { beta: -1 }), ValueError, 'beta', '-1'],
  ['bce', () => ops.bce(tensor([0.5, 1.5]), f(2)), ValueError, 'element 1', '1.5'],
  ['bce', () => ops.bce(f(2, 3), f(2, 3), { weight: [1, 2] }), ShapeError, '[2]', '[2, 3]'],
  [
    'bceWithLogits',
    () => ops.bceWithLogits(f(2, 3), f(2, 3), { posWeight: zeros([4, 2, 3]) }),
    ShapeError,
    '[4, 2, 3]',
    '[2, 3]',
  ],
  ['klDiv', () => ops.klDiv(f(), f(), { reduction: 'batchmean' }), ValueError, 'scalar'],
  ['distillation', () => ops.distillation(f(3), f(3), { temperature: 0 }), ValueError, '0'],
  ['hinge', () => ops.hinge(f(3), whole(1, 0, 1)), DTypeError, 'i32'],
  ['marginRanking', () => ops.marginRanking(f(3), f(3), f(2)), ShapeError, '[3]', '[2]'],
  ['cosineEmbedding', () => ops.cosineEmbedding(f(2, 3), f(2, 3), f(3)), ShapeError, '[3]'],
  ['tripletMargin', () => ops.tripletMargin(f(2), f(2), f(2), { p: 0.5 }), ValueError, '0.5'],
  ['gaussianNll', () => ops.gaussianNll(f(2), f(2), tensor([1, -1])), ValueError, 'below 0'],
  ['gaussianNll', () => ops.gaussianNll(f(2, 3), f(2, 3), f(3)), ShapeError, '[3]', '[2, 3]'],
  ['cumulativeLink', () => ops.cumulativeLink(f(1), whole(0), f(2)), ValueError, 'ascend'],
  ['cumulativeLink', () => ops.cumulativeLink(f(1), whole(2), f(1)), ValueError, 'index 2'],
  ['cumulativeLink', () => ops.cumulativeLink(f(1), whole(0), f()), ShapeError, '[]'],
  ['mse', () => ops.mse(f(3), f(3, 1)), ShapeError, '[3]', '[3, 1]'],
  ['mse', () => ops.mse(f(3), f(3), { reduction: 'avg' as 'mean' }), ValueError, "'avg'", "'mean'"],
  ['bceWithLogits', () => ops.bceWithLogits(f(2), wide(2)), DTypeError, 'f32 and f64'],
  ['dropout', () => ops.dropout(f(2), 1.5), ValueError, '1.5'],
  ['clamp', () => f(2).clamp(), ValueError, 'min, max or both'],
  ['clamp', () => f(2).clamp(NaN), ValueError, 'NaN'],
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
  ['sum', untyped((x) => x.sum({ dim: 1 })), ValueError, "no option 'dim'", "mean 'axis'?"],
  ['sum', untyped((x) => x.sum(1)), ValueError, 'sum({ axis: 1 })', 'not as 1'],
  ['mean', untyped((x) => x.mean(1)), ValueError, 'mean({ axis: 1 })'],
  ['max', untyped((x) => x.max(0)), ValueError, 'max({ axis: 0 })'],
  ['max', untyped((x) => x.max(x)), ValueError, 'not as a Tensor'],
  ['all', untyped((x) => x.all([0])), ValueError, 'not as [0]'],
  ['argmax', untyped((x) => x.argmax({ dim: 1 })), ValueError, "'axis'"],
  ['median', untyped((x) => x.median(true)), ValueError, 'not as true'],
  ['std', untyped((x) => x.std({ unbiased: false })), ValueError, "'correction'"],
  ['sum', untyped((x) => x.sum({ keepdims: true })), ValueError, "'keepdim'"],
  ['prod', untyped((x) => x.prod({ axs: 1 })), ValueError, "mean 'axis'"],
  ['norm', untyped((x) => x.norm({ foo: 1 })), ValueError, 'there are axis, keepdim, p'],
  ['quantile', untyped((x) => x.quantile(0.5, { dim: 0 })), ValueError, "'axis'"],
  ['topk', untyped((x, fn) => fn.topk(x, 1, { dim: 0 })), ValueError, "'axis'"],
  ['pad', untyped((x) => x.pad([1, 1], { val: 1 })), ValueError, "'val'", 'mode, value'],
  ['gelu', untyped((x) => x.gelu('tanh')), ValueError, "not as 'tanh'"],
  ['gelu', untyped((x) => x.gelu({ approx: 'tanh' })), ValueError, 'there is approximate'],
  ['conv2d', untyped((x, fn) => fn.conv2d(x, x, null, { strides: 2 })), ValueError, "'stride'"],
  [
    'maxPool2d',
    untyped((x, fn) => fn.maxPool2d(x, 2)),
    ValueError,
    'maxPool2d({ kernelSize: ... })',
  ],
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
  ['zeros', untyped((_, fn) => fn.zeros([2], 'f64')), ValueError, 'zeros({ dtype: ... })'],
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

describe('misuse', () => {
  it.each([...wrong, ...unknownOptions, ...wrongKinds].map((one) => ({ name: one[0], one })))(
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
      expect(message).toContain(`${name}: `);
      for (const word of words) expect(message).toContain(word);
    },
  );
});
