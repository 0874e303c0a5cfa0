import { describe, expect, it } from 'vitest';
import '../methods.js';
import { tensor } from '../create.js';
import { GradientError, ShapeError } from '../errors.js';
import { checkpoint } from './checkpoint.js';
import { checkGradients } from './check-gradients.js';
import { customOp } from './custom-op.js';
import { dropout } from '../ops/nets/dropout.js';
import { grad } from './grad.js';
import { hessian } from './hessian.js';
import { hvp } from './hvp.js';
import { jacobian } from './jacobian.js';
import { jvp } from './jvp.js';
import { vjp } from './vjp.js';
import type { Tensor } from '../tensor.js';

const f64 = (values: number | number[]) => tensor(values, { dtype: 'f64' });

/** The worked example: y = ln x1 + x1 x2 - sin x2. */
const worked = (x1: Tensor, x2: Tensor) => x1.log().add(x1.mul(x2)).sub(x2.sin());

describe('jvp', () => {
  it('finds the derivatives of the worked example, a sweep for each', () => {
    const at = [f64(2), f64(5)];
    const [y, byX1] = jvp(worked, at, [f64(1), f64(0)]);
    expect(y.item()).toBeCloseTo(11.652, 3);
    expect(byX1.item()).toBe(5.5);
    expect(jvp(worked, at, [f64(0), f64(1)])[1].item()).toBeCloseTo(1.716, 3);
  });

  it('does not mix up the tangents of nested calls', () => {
    const inner = (x: Tensor) => jvp((y: Tensor) => x.mul(y), [f64(3)], [f64(1)])[1];
    // d/dx of x dy/dy = x
    expect(jvp((x: Tensor) => x.mul(inner(x)), [f64(5)], [f64(1)])[1].item()).toBe(10);
  });

  it('nests with reverse mode in any order', () => {
    const cube = (x: Tensor) => x.mul(x).mul(x);
    const forward = (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, [x], [f64(1)])[1];
    for (const outer of [forward, grad]) {
      for (const inner of [forward, grad]) {
        expect(outer(inner(cube))(f64(2)).item()).toBe(12);
        expect(grad(outer(inner(cube)))(f64(2)).item()).toBe(6);
        expect(forward(outer(inner(cube)))(f64(2)).item()).toBe(6);
      }
    }
  });

  it('sees what an inner function takes from around it', () => {
    const outer = (w: Tensor) => grad((x: Tensor) => x.mul(w).mul(w))(f64(3));
    expect(grad(outer)(f64(5)).item()).toBe(10);
    expect(jvp(outer, [f64(5)], [f64(1)])[1].item()).toBe(10);
  });

  it('is zero where the result does not depend on an input', () => {
    const [value, tangent] = jvp((x: Tensor) => x.detach(), [f64([1, 2])], [f64([1, 1])]);
    expect(value.toList()).toEqual([1, 2]);
    expect(tangent.toList()).toEqual([0, 0]);
  });

  it('takes functions of several results', () => {
    const [values, tangents] = jvp(
      (x: Tensor) => [x.square(), x.neg()] as const,
      [f64(3)],
      [f64(2)],
    );
    expect(values.map((value) => value.item())).toEqual([9, -3]);
    expect(tangents.map((tangent) => tangent.item())).toEqual([12, -2]);
  });

  it('wants a tangent of the shape of each input', () => {
    expect(() => jvp(worked, [f64(1), f64(2)], [f64(1)])).toThrow(ShapeError);
    expect(() => jvp((x: Tensor) => x, [f64([1, 2])], [f64([1])])).toThrow(
      /tangent 0 is \[1\], but its input is \[2\]/,
    );
  });
});

describe('vjp', () => {
  it('pulls back as often as it is asked to, running the function once', () => {
    let calls = 0;
    const [value, pullBack] = vjp(
      (a: Tensor, b: Tensor) => {
        calls++;
        return a.mul(b);
      },
      f64([1, 2]),
      f64([3, 4]),
    );
    expect(value.toList()).toEqual([3, 8]);
    expect(pullBack(f64([1, 0])).map((part) => part.toList())).toEqual([
      [3, 0],
      [1, 0],
    ]);
    expect(pullBack(f64([1, 10])).map((part) => part.toList())).toEqual([
      [3, 40],
      [1, 20],
    ]);
    expect(calls).toBe(1);
    expect(() => pullBack(f64([1, 2, 3]))).toThrow(ShapeError);
  });
});

/** The identity, which counts how often each mode passes through it. */
function counting() {
  const counts = { forward: 0, reverse: 0, calls: 0 };
  const op = customOp({
    name: 'counting',
    forward: (x: Tensor) => {
      counts.calls++;
      return x.mul(1);
    },
    vjp: (gradient) => {
      counts.reverse++;
      return [gradient];
    },
    jvp: ([tangent]) => {
      counts.forward++;
      return tangent;
    },
  });
  return { counts, op };
}

describe('jacobian', () => {
  it('takes the mode with the fewer sweeps over one trace', () => {
    const wide = counting();
    const spread = tensor(
      Float64Array.from({ length: 3000 }, (_, i) => i),
      { shape: [1000, 3] },
    );
    const found = jacobian((x: Tensor) => wide.op(spread.matmul(x)))(f64([1, 2, 3]));
    expect(found.shape).toEqual([1000, 3]);
    expect(found.toArray()).toEqual(spread.toArray());
    expect(wide.counts).toEqual({ forward: 3, reverse: 0, calls: 1 });

    const tall = counting();
    const gather = spread.reshape([3, 1000]);
    const many = tensor(new Float64Array(1000).fill(1));
    const rows = jacobian((x: Tensor) => tall.op(gather.matmul(x)))(many);
    expect(rows.shape).toEqual([3, 1000]);
    expect(rows.toArray()).toEqual(gather.toArray());
    expect(tall.counts).toEqual({ forward: 0, reverse: 3, calls: 1 });
  });

  it('is the same in both modes, for several inputs and any shapes', () => {
    const f = (a: Tensor, b: Tensor) => a.matmul(b).tanh();
    const at = [
      tensor(
        [
          [0.1, 0.2],
          [0.3, -0.4],
        ],
        { dtype: 'f64' },
      ),
      f64([0.5, -1]),
    ];
    const [forward, reverse] = (['forward', 'reverse'] as const).map((mode) =>
      jacobian(f, { argnums: [0, 1], mode })(...at),
    );
    expect(forward?.map(({ shape }) => shape)).toEqual([
      [2, 2, 2],
      [2, 2],
    ]);
    forward?.forEach((one, i) => {
      const other = reverse?.[i]?.toArray() ?? [];
      one.toArray().forEach((value, j) => expect(value).toBeCloseTo(other[j] ?? NaN, 14));
    });
  });

  it('is zero for a constant and empty for nothing', () => {
    expect(jacobian(() => f64([1, 2]))(f64([3])).toList()).toEqual([[0], [0]]);
    expect(jacobian((x: Tensor) => x.square())(f64([])).shape).toEqual([0, 0]);
    expect(() => jacobian((x: Tensor) => x.argmax())(f64([1]))).toThrow(GradientError);
  });
});

describe('tangents and cotangents that are themselves differentiated', () => {
  const square = (x: Tensor) => x.square();

  it('count in every function that takes them', () => {
    const byTangent = (t: Tensor) => jvp(square, [f64(3)], [t])[1].sum();
    expect(grad(byTangent)(f64(1)).item()).toBe(6);
    expect(jvp(byTangent, [f64(1)], [f64(1)])[1].item()).toBe(6);
    const byCotangent = (u: Tensor) =>
      vjp(square, f64(3))[1](u)
        .reduce((a, b) => a.add(b))
        .sum();
    expect(grad(byCotangent)(f64(1)).item()).toBe(6);
    const [, pullBack] = vjp(square, f64(3));
    expect(
      grad((u: Tensor) =>
        pullBack(u)
          .reduce((a, b) => a.add(b))
          .sum(),
      )(f64(1)).item(),
    ).toBe(6);
    const byVector = (v: Tensor) =>
      hvp((x: Tensor) => x.pow(3).sum(), [f64(2)], [v])
        .reduce((a, b) => a.add(b))
        .sum();
    expect(grad(byVector)(f64(1)).item()).toBe(12);
  });
});

describe('what is not differentiable', () => {
  it('is named, not zero', () => {
    expect(() => grad((x: Tensor) => x.argmax())(f64([2, 3]))).toThrow(/through argmax/);
  });

  it('a list is refused where one result is wanted', () => {
    const two = (x: Tensor) => [x, x];
    expect(() => grad(two as never)(f64(1))).toThrow(/returned 2 tensors/);
    expect(() => jacobian(two as never)(f64(1))).toThrow(/returned 2 tensors/);
    expect(() => checkpoint(two as never, f64(1))).toThrow(/returned 2 tensors/);
    expect(() => jacobian((x: Tensor) => x, { mode: 'fwd' as never })).toThrow(/'fwd'/);
  });
});

it('calls before a function do not concern its sweeps', () => {
  const x = f64([1, 2]);
  x.requiresGrad = true;
  const h = x.square();
  h.sum().backward(undefined, { retainGraph: false });
  const held = h.detach();
  expect(grad((y: Tensor) => y.mul(held).sum())(f64([1, 1])).toList()).toEqual([1, 4]);
  const [y, z] = [x.exp(), x.exp()];
  y.sum().backward();
  expect(grad((c: Tensor) => c.mul(2).sum().add(z.sum().mul(0)))(f64(1)).item()).toBe(2);
});

describe('hessian and hvp', () => {
  const rosenbrock = (x: Tensor) => {
    const a = x.slice(0, 1);
    const b = x.slice(1, 2);
    return b.sub(a.square()).square().mul(100).add(a.neg().add(1).square()).sum();
  };

  it('finds second derivatives', () => {
    const [a, b] = [0.5, -0.7];
    const expected = [
      [1200 * a * a - 400 * b + 2, -400 * a],
      [-400 * a, 200],
    ];
    const found = hessian(rosenbrock)(f64([a, b])).toList() as number[][];
    expected.forEach((row, i) =>
      row.forEach((value, j) => expect(found[i]?.[j]).toBeCloseTo(value, 9)),
    );
    const [product] = hvp(rosenbrock, [f64([a, b])], [f64([1, 10])]);
    expected.forEach(([x = 0, y = 0], i) =>
      expect(product?.toArray()[i]).toBeCloseTo(x + 10 * y, 9),
    );
  });
});

describe('checkpoint', () => {
  const w = tensor(
    [
      [0.3, -0.2],
      [0.5, 0.7],
    ],
    { dtype: 'f64', requiresGrad: true },
  );
  const plain = (x: Tensor) => x.matmul(w).tanh().matmul(w).sum();
  const sparing = (x: Tensor) =>
    checkpoint((y: Tensor) => y.matmul(w).tanh(), x)
      .matmul(w)
      .sum();

  it('has the values and derivatives of what it wraps, of any order and mode', () => {
    const x = f64([0.4, -1.1]);
    const gradients = [plain, sparing].map((f) => {
      w.grad = null;
      f(x).backward();
      return [...((w.grad as Tensor | null) ?? x).toArray()];
    });
    expect(gradients[1]).toEqual(gradients[0]);
    expect(grad(sparing)(x).toArray()).toEqual(grad(plain)(x).toArray());
    checkGradients(sparing, [x]);
  });

  it('takes what it uses from outside as it is, however that depends on the rest', () => {
    const x = f64(2);
    x.requiresGrad = true;
    const h1 = x.square();
    const h2 = h1.mul(3);
    const y = checkpoint((z: Tensor) => z.mul(h1).mul(h2), f64(1)).add(h2);
    y.backward(undefined, { retainGraph: true });
    expect(x.grad?.item()).toBe(108); // of 3 x^4 + 3 x^2
    y.backward();
    expect(x.grad?.item()).toBe(216);
    const behind = (at: Tensor) => checkpoint((z: Tensor) => z.mul(at), at.square()).sum();
    expect(grad(grad(behind))(f64(2)).item()).toBe(12);
    expect(hessian(behind)(f64(2)).item()).toBe(12);
    const nested = (at: Tensor) =>
      checkpoint(
        (z: Tensor) => checkpoint((u: Tensor) => u.square().mul(z), z.mul(2)),
        at.square(),
      ).sum();
    expect(grad(grad(nested))(f64(2)).item()).toBe(1920); // of 4 x^6
    const both = (at: Tensor, k: Tensor) => {
      const first = at.square();
      const second = first.mul(k);
      return checkpoint((z: Tensor) => z.mul(first).mul(second), f64(1));
    };
    expect(jvp(both, [f64(2), f64(3)], [f64(1), f64(1)])[1].item()).toBe(112);
  });

  it('leaves what the function only hands back', () => {
    const table = f64([1, 2]);
    const x = f64([1, 1]);
    x.requiresGrad = true;
    for (let i = 0; i < 4; i++)
      checkpoint(() => table, x)
        .add(x)
        .sum()
        .backward();
    expect(table.toList()).toEqual([1, 2]);
  });

  it('draws the same random numbers again', () => {
    const x = tensor(Float64Array.from({ length: 64 }, (_, i) => i + 1));
    const f = (y: Tensor) => checkpoint((z: Tensor) => dropout(z, 0.5).square(), y);
    const [value, pullBack] = vjp(f, x);
    const [slope] = pullBack(x.mul(0).add(1));
    // y = (2 x)^2 or 0, so y' x / 2 = y
    expect(slope?.mul(x).div(2).toArray()).toEqual(value.toArray());
  });

  it('runs the function once more for a sweep', () => {
    let calls = 0;
    const x = f64(2);
    x.requiresGrad = true;
    const y = checkpoint((z: Tensor) => {
      calls++;
      return z.square();
    }, x);
    expect(calls).toBe(1);
    y.backward();
    expect(calls).toBe(2);
    expect(x.grad?.item()).toBe(4);
  });
});

describe('customOp', () => {
  const cube = customOp({
    name: 'cube',
    forward: (x: Tensor) => x.pow(3),
    vjp: (gradient, { inputs: [x] }) => [gradient.mul(x.square()).mul(3)],
    jvp: ([tangent], { inputs: [x] }) => tangent.mul(x.square()).mul(3),
  });

  it('is differentiated by its own rules, in both modes', () => {
    checkGradients((x: Tensor) => cube(x).sin(), [f64([0.3, -0.8])]);
    expect(hessian((x: Tensor) => cube(x).sum())(f64([2])).item()).toBe(12);
  });

  it('gives gradients to what asked for them alone, in their dtype', () => {
    const both = customOp({
      name: 'both',
      forward: (a: Tensor, b: Tensor) => a.add(b),
      vjp: (gradient) => [gradient, gradient],
    });
    const [a, b] = [f64([1]), f64([2])];
    a.requiresGrad = true;
    both(a, b).sum().backward();
    expect(a.grad?.toList()).toEqual([1]);
    expect(b.grad).toBeNull();
    const narrow = customOp({
      name: 'narrow',
      forward: (x: Tensor) => x.mul(1),
      vjp: (gradient) => [gradient.to('f32')],
    });
    expect(() => grad((x: Tensor) => narrow(x).sum())(f64([1]))).toThrow(
      /narrow: vjp returned f32/,
    );
    expect(() =>
      f64([1])
        .mul(a)
        .backward(tensor([1])),
    ).toThrow(/the seed is f32/);
  });

  it('says which rule is wrong', () => {
    const wrong = customOp({ name: 'wrong', forward: (x: Tensor) => x.mul(2), vjp: () => [] });
    expect(() => grad((x: Tensor) => wrong(x).sum())(f64([1]))).toThrow(/wrong: vjp returned 0/);
    expect(() => jvp(wrong, [f64([1])], [f64([1])])).toThrow(/wrong has no forward rule/);
    const shape = customOp({
      name: 'shape',
      forward: (x: Tensor) => x.mul(2),
      vjp: () => [f64([1, 2])],
    });
    expect(() => grad((x: Tensor) => shape(x).sum())(f64([1]))).toThrow(
      /shape: vjp returned \[2\]/,
    );
    const lying = customOp({
      name: 'lying',
      forward: (x: Tensor) => x.mul(2),
      vjp: (g) => [g.mul(3)],
    });
    expect(() => checkGradients(lying, [f64([1])])).toThrow(
      /order 1, reverse mode, input 0, element 0 of \[1\]: the derivative is/,
    );
  });
});
