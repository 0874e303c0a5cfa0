import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { grad } from '../../autodiff/grad.js';
import { tensor, zeros } from '../../create.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { registry } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import * as ops from '../index.js';

const f64 = (...values: number[]): Tensor => tensor(Float64Array.from(values));
const i32 = (...values: number[]): Tensor => tensor(Int32Array.from(values));
const list = (x: Tensor): number[] => [...x.view()];

type Wrong = readonly [
  name: string,
  call: () => unknown,
  kind: typeof ShapeError,
  ...words: string[],
];

const wrong: readonly Wrong[] = [
  ['remainder', () => i32(1, 2).remainder(i32(1, 0)), ValueError, 'divided by 0', 'f32'],
  ['fmod', () => i32(1, 2).fmod(0), ValueError, 'divided by 0'],
  ['floorDivide', () => ops.floorDivide(5, i32(0)), ValueError, 'divided by 0'],
  ['truncDivide', () => i32(1).truncDivide(i32(0)), ValueError, 'divided by 0'],
  ['bitwiseAnd', () => i32(1).bitwiseAnd(0.5), DTypeError, 'f32', 'i32'],
  ['leftShift', () => f64(1).leftShift(2), DTypeError, 'f64', 'i32'],
  ['bitwiseNot', () => f64(1).bitwiseNot(), DTypeError, 'f64'],
  ['glu', () => zeros([2, 3]).glu(), ShapeError, '[2, 3]', 'even'],
  ['glu', () => zeros([]).glu(), ShapeError],
  ['prelu', () => zeros([2, 3, 4]).prelu(zeros([4])), ShapeError, '3 channels', '[4]', '[3]'],
  ['prelu', () => zeros([2, 3]).prelu(zeros([1, 3])), ShapeError, '[1, 3]'],
  ['hardtanh', () => zeros([1]).hardtanh({ min: 1, max: 1 }), ValueError, 'below', '1 and 1'],
  ['softplus', () => zeros([1]).softplus({ beta: 0 }), ValueError, 'beta', '0'],
  ['celu', () => zeros([1]).celu({ alpha: 0 }), ValueError, 'alpha'],
  ['gelu', () => zeros([1]).gelu({ approximate: 'erf' as 'none' }), ValueError, '"erf"', 'tanh'],
  ['isclose', () => zeros([1]).isclose(1, { atol: -1 }), ValueError, '-1'],
  ['atan2', () => zeros([2]).atan2(zeros([3])), ShapeError, '[2]', '[3]'],
  ['siluGrad', () => registry.get('siluGrad')?.run([zeros([2]), zeros([3])], undefined), ShapeError, '[2]', '[3]'], // prettier-ignore
];

describe('mistakes', () => {
  it.each(wrong)('%s: %#', (name, call, kind, ...words) => {
    expect(call).toThrow(kind);
    for (const word of [name, ...words]) expect(call).toThrow(word);
  });
});

describe('whole numbers', () => {
  it('stay whole where a function leaves them so, and become f32 elsewhere', () => {
    for (const name of ['floor', 'ceil', 'round', 'trunc'] as const) {
      const y = i32(-3, 4)[name]();
      expect([y.dtype, list(y)], name).toEqual(['i32', [-3, 4]]);
    }
    expect(i32(7).remainder(-3).dtype).toBe('i32');
    expect(i32(7).fmod(2.5).dtype).toBe('f32');
    expect(i32(1).exp2().dtype).toBe('f32');
    expect(i32(1).gelu().dtype).toBe('f32');
    expect(i32(1).hardtanh().dtype).toBe('f32');
    expect(i32(1).sinc().dtype).toBe('f32');
    expect(tensor([true, false]).bitwiseNot().dtype).toBe('bool');
    expect(tensor(Uint8Array.of(3)).leftShift(7).dtype).toBe('i32');
  });

  it('and truth values stay what they are where one of two is chosen', () => {
    const truths = tensor([true, false]);
    const bytes = tensor(Uint8Array.of(255, 3));
    expect(ops.maximum(truths, tensor([false, false])).dtype).toBe('bool');
    expect(ops.maximum(truths, bytes).dtype).toBe('u8');
    expect(ops.maximum(truths, bytes).toList()).toEqual([255, 3]);
    expect(ops.minimum(bytes, tensor(Int32Array.of(-300, 7))).toList()).toEqual([-300, 3]);
    expect(ops.minimum(truths, 0.5).toList()).toEqual([0.5, 0]);
  });

  it('are shifted by any count', () => {
    expect(list(i32(1, 1, -1, 5).leftShift(i32(31, 32, 4, -1)))).toEqual([-(2 ** 31), 0, -16, 0]);
    expect(list(i32(-8, -8, 8, -8).rightShift(i32(1, 32, 40, -1)))).toEqual([-4, -1, 0, -1]);
  });
});

describe('far out', () => {
  it('activations neither overflow nor lose all digits', () => {
    expect(list(f64(1e4, -1e4).softplus())).toEqual([1e4, 0]);
    expect(list(f64(1e4, -1e4, -800).logSigmoid())).toEqual([-0, -1e4, -800]);
    expect(list(f64(-40).softplus())[0]).toBeCloseTo(4.248354255291589e-18, 32);
    expect(list(ops.logaddexp(f64(-1e4), -1e4))[0]).toBeCloseTo(-1e4 + Math.LN2, 9);
    expect(list(f64(-100, 100).mish())[1]).toBe(100);
  });

  it('the derivative of a branch that is not taken does not spoil that which is', () => {
    const slopes = (f: (x: Tensor) => Tensor): number[] =>
      list(grad((x: Tensor) => f(x).sum())(f64(1e5, -1e5)));
    expect(slopes((x) => x.elu())).toEqual([1, 0]);
    expect(slopes((x) => grad((y: Tensor) => y.elu().sum())(x))).toEqual([0, 0]);
    expect(slopes((x) => x.prelu(f64(0.5)))).toEqual([1, 0.5]);
    expect(slopes((x) => x.softplus())).toEqual([1, 0]);
    expect(slopes((x) => x.logSigmoid())).toEqual([0, 1]);
  });
});

describe('sinc', () => {
  /** The derivative of an order at 0. */
  const derivativeAt0 = (order: number): number => {
    let f = (x: Tensor): Tensor => x.sinc().sum();
    for (let i = 0; i < order; i++) {
      const below = f;
      f = (x) => grad(below)(x).sum();
    }
    return f(f64(0)).item();
  };

  it('has all derivatives at 0', () => {
    const pi2 = Math.PI ** 2;
    const expected = [1, 0, -pi2 / 3, 0, pi2 ** 2 / 5, 0, -(pi2 ** 3) / 7];
    expected.forEach((value, order) => {
      expect(derivativeAt0(order) / (Math.abs(value) || 1)).toBeCloseTo(Math.sign(value), 12);
    });
  });

  it('is exactly 0 at whole numbers', () => {
    expect(list(f64(1, -2, 1e15).sinc()).map(Math.abs)).toEqual([0, 0, 0]);
  });
});

it('lerp is exact at both ends', () => {
  const [a, b] = [f64(0.1, 1e16), f64(0.7, -1)];
  expect(list(a.lerp(b, 0))).toEqual(list(a));
  expect(list(a.lerp(b, 1))).toEqual(list(b));
});

it('copysign takes the sign of a zero', () => {
  expect(list(f64(1, -2, 0).copysign(f64(-0, 0, -1)))).toEqual([-1, 2, -0]);
});

it('huge angles are reduced exactly', () => {
  // by mpmath: 10^22 is a classic, the other the f64 nearest to a multiple of pi / 2
  const x = f64(1e22, 5.319372648326541e255);
  expect(list(x.sin())[0]).toBeCloseTo(-0.8522008497671888, 15);
  expect(list(x.cos())[0]).toBeCloseTo(0.5232147853951389, 15);
  expect(list(x.cos())[1]).toBeCloseTo(-4.68716592425462761112e-19, 33);
});

it('a tensor of no axes widens no other, unless it is of a higher kind', () => {
  const [wide, narrow] = [tensor(2, { dtype: 'f64' }), tensor([1, 2])];
  expect(narrow.mul(wide).dtype).toBe('f32');
  expect(wide.sub(narrow).dtype).toBe('f32');
  expect(wide.add(tensor(1)).dtype).toBe('f64');
  expect(i32(1, 2).mul(tensor(0.5)).dtype).toBe('f32');
  expect(narrow.maximum(wide).dtype).toBe('f32');
  expect(grad((x: Tensor) => narrow.mul(x).sum())(wide).dtype).toBe('f64');
});
