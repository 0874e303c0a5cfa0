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
