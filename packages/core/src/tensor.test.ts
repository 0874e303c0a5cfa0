import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import './methods.js';
import { arange, full, linspace, ones, tensor, zeros } from './create.js';
import { engine } from './engine.js';
import { DTypeError, ShapeError, ValueError } from './errors.js';
import { rand } from './random/draw.js';

describe('tensor', () => {
  it('takes a number, lists and typed arrays', () => {
    expect(tensor(3)).toMatchObject({ shape: [], dtype: 'f32', size: 1 });
    expect(tensor([[1, 2, 3], [4, 5, 6]])).toMatchObject({ shape: [2, 3], dtype: 'f32' }); // prettier-ignore
    expect(tensor([true, false])).toMatchObject({ dtype: 'bool' });
    expect(tensor(new Float64Array(6), { shape: [2, 3] })).toMatchObject({ dtype: 'f64' });
    expect(tensor(Int32Array.of(1))).toMatchObject({ shape: [1], dtype: 'i32' });
    expect(tensor(Uint8Array.of(1))).toMatchObject({ dtype: 'u8' });
    expect(tensor([[], []])).toMatchObject({ shape: [2, 0], size: 0 });
  });

  it('gives its elements back', () => {
    const values = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]; // prettier-ignore
    expect(tensor(values).toList()).toEqual(values);
    expect(tensor([true, false]).toList()).toEqual([true, false]);
    expect(tensor([0, 2, NaN], { dtype: 'bool' }).toList()).toEqual([false, true, true]);
    expect(tensor([[], []]).toList()).toEqual([[], []]);
    expect(tensor([[1, 2]]).toArray()).toEqual(Float32Array.of(1, 2));
    expect(tensor([7]).item()).toBe(7);
    expect(() => tensor([7, 8]).item()).toThrow(/\[2\].*toArray/);
  });

  it('says what is wrong with its lists', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(/ragged: a list of 1 at depth 1.*a list of 2/);
    expect(() => tensor([1, [2]])).toThrow(/ragged: a list of 1 at depth 1.*a number/);
    expect(() => tensor([[1], 2])).toThrow(/ragged: a number at depth 1/);
    expect(() => tensor(new Float32Array(5), { shape: [2, 3] })).toThrow(/5 elements.*\[2, 3\].*6/);
    expect(() => zeros([2, -1])).toThrow(ShapeError);
    expect(() => zeros([1.5])).toThrow(/\[1\.5\] is not a shape/);
  });

  it('is copied, kept apart and overwritten as asked', () => {
    const x = tensor([1, 2]);
    const copy = x.clone();
    const view = x.detach();
    x.assign(tensor([3, 4]));
    expect(view.toList()).toEqual([3, 4]);
    expect(copy.toList()).toEqual([1, 2]);
    expect(() => x.assign(tensor([1]))).toThrow(ShapeError);
    expect(() => x.assign(tensor(Int32Array.of(1, 2)))).toThrow(DTypeError);
  });
});

describe('creation', () => {
  it('fills', () => {
    expect(full([2, 2], 0.5).toList()).toEqual([[0.5, 0.5], [0.5, 0.5]]); // prettier-ignore
    expect(ones([2], { dtype: 'i32' }).toList()).toEqual([1, 1]);
    expect(zeros([]).item()).toBe(0);
    expect(full([2], 1, { requiresGrad: true }).requiresGrad).toBe(true);
  });

  it('counts', () => {
    expect(arange(0, 5)).toMatchObject({ dtype: 'i32', shape: [5] });
    expect(arange(5, 0, -2).toList()).toEqual([5, 3, 1]);
    expect(arange(0, 1, 0.25)).toMatchObject({ dtype: 'f32', shape: [4] });
    expect(arange(3, 0).shape).toEqual([0]);
    expect(() => arange(0, 1, 0)).toThrow(ValueError);
  });

  it('spreads evenly with both ends exact', () => {
    expect(linspace(-Math.PI, Math.PI, 5, { dtype: 'f64' }).toList()).toEqual([
      -Math.PI,
      -Math.PI / 2,
      0,
      Math.PI / 2,
      Math.PI,
    ]);
    expect(linspace(2, 3, 1).toList()).toEqual([2]);
    expect(() => linspace(0, 1, -1)).toThrow(ValueError);
  });
});

describe('dtypes', () => {
  it('widen as in PyTorch', () => {
    const i32 = tensor(Int32Array.of(1, 2));
    const f32 = tensor([0.5, 1]);
    expect(i32.add(f32).dtype).toBe('f32');
    expect(f32.add(tensor(Float64Array.of(1, 2))).dtype).toBe('f64');
    expect(i32.add(1).dtype).toBe('i32');
    expect(i32.add(0.5).toList()).toEqual([1.5, 2.5]);
    expect(i32.div(2).toList()).toEqual([0.5, 1]);
    expect(i32.exp().dtype).toBe('f32');
    expect(
      tensor([true, true])
        .add(tensor([true, false]))
        .toList(),
    ).toEqual([2, 1]);
    expect(tensor([true, true, false]).sum().item()).toBe(2);
    expect(tensor(Uint8Array.of(200, 100)).sum().item()).toBe(300);
    expect(tensor(Uint8Array.of(200, 100)).max()).toMatchObject({ dtype: 'u8' });
    expect(f32.add(0.1).dtype).toBe('f32');
    expect(f32.to('f64').add(0.1).sub(f32.to('f64')).toArray()[1]).toBe(1.1 - 1);
  });

  it('convert', () => {
    const x = tensor([-1.9, 0, 2.9]);
    expect(x.to('i32').toList()).toEqual([-1, 0, 2]);
    expect(x.to('bool').toList()).toEqual([true, false, true]);
    expect(x.to('f32')).toBe(x);
    const dtypes = ['f32', 'f64', 'i32', 'u8', 'bool'] as const;
    for (const from of dtypes) {
      const whole = tensor([0, 1, 1], { dtype: from });
      for (const to of dtypes) expect([...whole.to(to).toArray()]).toEqual([0, 1, 1]);
    }
  });
});

describe('numbers in code', () => {
  it('keep their sign and are made once', () => {
    const x = tensor([1, 2]);
    expect(Object.is(tensor([1]).mul(-0).item(), -0)).toBe(true);
    expect(Object.is(tensor([1]).mul(0).item(), 0)).toBe(true);
    const { used } = engine().heap;
    for (let i = 0; i < 3000; i++) x.add(i % 7).storage.release?.('by the test');
    engine().residency.flush();
    expect(engine().heap.used).toBeLessThanOrEqual(used);
  });

  it('may be more than there is room for', () => {
    for (let i = 0; i < 3000; i++)
      expect(
        tensor([0])
          .add(i + 0.5)
          .item(),
      ).toBe(i + 0.5);
  });
});

describe('console.log', () => {
  const text = (x: unknown) => inspect(x);

  it('shows dtype, shape and aligned elements', () => {
    expect(text(tensor([[1, -2.5], [10, 0]]))).toBe(
      'Tensor f32 [2, 2]\n[[      1, -2.5000],\n [     10,       0]]',
    ); // prettier-ignore
    expect(text(tensor(3, { requiresGrad: true }))).toBe('Tensor f32 [] requiresGrad 3');
    expect(text(tensor([true, false]))).toBe('Tensor bool [2] [ true, false]');
    expect(text(zeros([0, 3]))).toBe('Tensor f32 [0, 3] []');
    expect(text(tensor([NaN, -Infinity, 1e-9]))).toBe(
      'Tensor f32 [3] [      NaN, -Infinity,  1.000e-9]',
    );
  });

  it('leaves the middle of long axes out', () => {
    const lines = text(rand([1000, 1000])).split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[4]).toContain('...');
    expect(text(arange(0, 1000))).toBe(
      'Tensor i32 [1000] [  0,   1,   2, ..., 997, 998, 999]',
    ); // prettier-ignore
  });
});

describe('methods', () => {
  it('have the names of those of PyTorch', () => {
    const x = tensor([1, 2, 4]);
    expect(x.var({ correction: 0 }).item()).toBeCloseTo(14 / 9);
    expect(x.unfold(0, 2, 1).toList()).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(x.where(x.gt(1), 0).toList()).toEqual([0, 2, 4]);
    expect(x.to('i32').dtype).toBe('i32');
    expect(x.reshape([1, 3]).T.shape).toEqual([3, 1]);
  });
});
