import { describe, expect, it } from 'vitest';
import '../methods.js';
import { tensor, zeros } from '../create.js';
import { DTypeError, ShapeError, ValueError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import * as ops from './index.js';

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
  ['argmin', () => f().argmin({ axis: 0 }), ShapeError, 'scalar', 'axis 0'],
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
  ['mse', () => ops.mse(f(3), f(3, 1)), ShapeError, '[3]', '[3, 1]'],
  ['mse', () => ops.mse(f(3), f(3), { reduction: 'avg' as 'mean' }), ValueError, "'avg'", "'mean'"],
  ['bceWithLogits', () => ops.bceWithLogits(f(2), wide(2)), DTypeError, 'f32 and f64'],
  ['dropout', () => ops.dropout(f(2), 1.5), ValueError, '1.5'],
  ['clamp', () => f(2).clamp(), ValueError, 'min, max or both'],
  ['clamp', () => f(2).clamp(NaN), ValueError, 'NaN'],
];

describe('misuse', () => {
  it.each(wrong.map((one) => ({ name: one[0], one })))('of $name', ({ one }) => {
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
  });
});
