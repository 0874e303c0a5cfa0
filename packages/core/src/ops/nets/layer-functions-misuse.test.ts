import { expect, it } from 'vitest';
import '../../methods.js';
import { ones, zeros } from '../../create.js';
import { ShapeError, ValueError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import * as ops from '../index.js';

const f = (...shape: number[]): Tensor => zeros(shape);

/** Calls of convolutions, poolings, norms and attention that are refused: with what words. */
const wrong: readonly [string, () => unknown, typeof ShapeError, ...string[]][] = [
  [
    'conv2d',
    () => ops.conv2d(f(1, 4, 5, 5), f(2, 4, 3, 3), null, { groups: 2 }),
    ShapeError,
    '2 groups',
  ],
  [
    'conv2d',
    () => ops.conv2d(f(1, 4, 5, 5), f(3, 2, 3, 3), null, { groups: 2 }),
    ShapeError,
    '3 windows',
  ],
  [
    'conv2d',
    () => ops.conv2d(f(1, 4, 5, 5), f(3, 4, 3, 3), null, { groups: 0 }),
    ValueError,
    'groups',
  ],
  [
    'conv2d',
    () => ops.conv2d(f(1, 1, 4, 4), f(1, 1, 3, 3), null, { dilation: 2 }),
    ShapeError,
    '5 x 5',
  ],
  ['conv1d', () => ops.conv1d(f(1, 1, 4, 4), f(1, 1, 3)), ShapeError, '[1, 1, 4, 4]', '[N, C, L]'],
  [
    'convTranspose2d',
    () => ops.convTranspose2d(f(1, 2, 4, 4), f(3, 2, 3, 3)),
    ShapeError,
    '[3, 2, 3, 3]',
  ],
  [
    'convTranspose2d',
    () => ops.convTranspose2d(f(1, 2, 4, 4), f(2, 2, 3, 3), f(3)),
    ShapeError,
    'bias [3]',
    '[2]',
  ],
  [
    'convTranspose2d',
    () => ops.convTranspose2d(f(1, 1, 4, 4), f(1, 1, 3, 3), null, { outputPadding: 1 }),
    ValueError,
    'outputPadding 1 x 1',
  ],
  [
    'convTranspose2d',
    () => ops.convTranspose2d(f(1, 1, 1, 1), f(1, 1, 2, 2), null, { padding: 1 }),
    ShapeError,
    '0 x 0',
  ],
  ['convTranspose1d', () => ops.convTranspose1d(f(2), f(1, 1, 3)), ShapeError, '[2]'],
  ['maxPool1d', () => ops.maxPool1d(f(2), { kernelSize: 1 }), ShapeError, '[2]', '[N, C, L]'],
  ['avgPool2d', () => ops.avgPool1d(f(2, 2), { kernelSize: 3 }), ShapeError, 'window'],
  ['adaptiveAvgPool2d', () => ops.adaptiveAvgPool2d(f(2, 2), 1), ShapeError, '[2, 2]'],
  ['adaptiveAvgPool2d', () => ops.adaptiveAvgPool2d(f(2, 2, 2), 0), ValueError, 'outputSize'],
  ['adaptiveAvgPool1d', () => ops.adaptiveAvgPool1d(f(2), 1), ShapeError, '[2]'],
  ['layerNorm', () => ops.layerNorm(f(2, 3), 4), ShapeError, '[2, 3]', '[4]'],
  ['layerNorm', () => ops.layerNorm(f(2, 3), 3, f(2)), ShapeError, 'weight [2]', '[3]'],
  ['rmsNorm', () => ops.rmsNorm(f(2, 3), []), ShapeError, '[2, 3]'],
  ['groupNorm', () => ops.groupNorm(f(2, 3, 4), 2), ShapeError, '[2, 3, 4]', '2 divides'],
  ['groupNorm', () => ops.groupNorm(f(2, 3, 4), 1.5), ValueError, '1.5'],
  ['instanceNorm', () => ops.instanceNorm(f(2, 3)), ShapeError, '[2, 3]'],
  ['batchNorm', () => ops.batchNorm(f(3), f(3), f(3)), ShapeError, '[3]'],
  ['interpolate', () => ops.interpolate(f(2, 3), { size: 2 }), ShapeError, '[2, 3]'],
  ['interpolate', () => ops.interpolate(f(1, 2, 3), {}), ValueError, 'size or scaleFactor'],
  ['interpolate', () => ops.interpolate(f(1, 2, 3), { scaleFactor: 0.1 }), ValueError, '0 long'],
  [
    'interpolate',
    () => ops.interpolate(f(1, 2, 3), { size: 2, mode: 'bilinear' }),
    ValueError,
    'bilinear',
  ],
  [
    'interpolate',
    () => ops.interpolate(f(1, 2, 3), { size: 2, alignCorners: true }),
    ValueError,
    'nearest',
  ],
  ['unfold', () => ops.unfold(f(2, 2), { kernelSize: 1 }), ShapeError, '[2, 2]'],
  ['fold', () => ops.fold(f(1, 4, 5), 4, { kernelSize: 2 }), ShapeError, '[1, 4, 5]', '9'],
  ['pixelShuffle', () => ops.pixelShuffle(f(3, 2, 2), 2), ShapeError, '[3, 2, 2]', '4 divides'],
  ['pixelUnshuffle', () => ops.pixelUnshuffle(f(3, 2, 2), 0), ValueError, '0'],
  ['dropout2d', () => ops.dropout2d(f(3)), ShapeError, '[3]'],
  ['dropout', () => ops.alphaDropout(f(3), -1), ValueError, '-1'],
  [
    'scaledDotProductAttention',
    () => ops.scaledDotProductAttention(f(2, 3), f(2, 4), f(2, 3)),
    ShapeError,
    '[2, 3]',
    '[2, 4]',
  ],
  [
    'scaledDotProductAttention',
    () =>
      ops.scaledDotProductAttention(f(2, 3), f(2, 3), f(2, 3), {
        causal: true,
        mask: ones([2, 2]),
      }),
    ValueError,
    'not both',
  ],
];

it.each(wrong)('%s says what does not fit: call %#', (name, call, kind, ...words) => {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(kind);
  for (const word of [`${name}: `, ...words]) expect((thrown as Error).message).toContain(word);
});

it('leaves a query that sees no key with zeros, and its gradients without NaN', () => {
  const [q, k, v] = [1, 2, 3].map(() => ones([2, 2], { requiresGrad: true })) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const mask = ops.gt(ones([2, 2]), 1);
  const y = ops.scaledDotProductAttention(q, k, v, { mask });
  expect([...y.view()]).toEqual([0, 0, 0, 0]);
  ops.sum(y).backward();
  for (const one of [q, k, v]) expect([...(one.grad?.view() ?? [NaN])]).toEqual([0, 0, 0, 0]);
});
