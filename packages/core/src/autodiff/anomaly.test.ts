import { describe, expect, it } from 'vitest';
import '../methods.js';
import { tensor } from '../create.js';
import { AnomalyError } from '../errors.js';
import { where } from '../ops/elementwise/where.js';
import { detectAnomaly } from './anomaly.js';
import { customOp } from './custom-op.js';
import type { Tensor } from '../tensor.js';
import { traceCalls } from './call-site.js';

const leaf = (values: number[]) => tensor(values, { dtype: 'f64', requiresGrad: true });

describe('detectAnomaly', () => {
  it('names the op in which the first infinity arises', () => {
    const x = leaf([1, 0, 2]);
    expect(() => detectAnomaly(() => x.log().exp().sum())).toThrow(AnomalyError);
    expect(() => detectAnomaly(() => x.log().exp().sum())).toThrow(
      /^log: element 1 of \[3\] is infinite, though its operand is within \[0, 2\]\. It was called at .*anomaly\.test\.ts:\d+:\d+/,
    );
    expect(() => detectAnomaly(() => x.div(x))).toThrow(
      /^div: element 1 of \[3\] is NaN, though its operands are within \[0, 2\] and \[0, 2\]/,
    );
  });

  it('names the op and the line whose derivative is not finite', () => {
    const x = leaf([4, 0]);
    const caught = () => detectAnomaly(() => x.sqrt().sum().backward());
    expect(caught).toThrow(/gradient of sqrt by its input 0, element 1 of \[2\] is infinite/);
    expect(caught).toThrow(/It was called at .*anomaly\.test\.ts:\d+:\d+/);
  });

  it('looks at ops of the user, too', () => {
    const broken = customOp({
      name: 'broken',
      forward: (x: Tensor) => x.mul(0).log(),
      vjp: (gradient) => [gradient],
    });
    expect(() => detectAnomaly(() => broken(leaf([1])))).toThrow(
      /^(log|broken): element 0 of \[1\]/,
    );
  });

  it('lets through what was not finite to begin with', () => {
    const mask = tensor([true, false]);
    const x = leaf([0.5, 0.25]);
    const masked = detectAnomaly(() => where(mask, x, -Infinity).softmax());
    expect(masked.toList()).toEqual([1, 0]);
  });

  it('changes nothing else, and ends with the work', () => {
    const x = leaf([1, 2]);
    expect(detectAnomaly(() => x.square()).toList()).toEqual([1, 4]);
    expect(() =>
      detectAnomaly(() => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(x.sub(x).log().toList()).toEqual([-Infinity, -Infinity]);
  });
});

it('work that would go on later is refused', () => {
  const late = () => Promise.resolve(1);
  expect(() => detectAnomaly(late)).toThrow(/asynchronous/);
  expect(() => traceCalls(late)).toThrow(/asynchronous/);
});

describe('traceCalls', () => {
  it('tells where an op was called whose graph is used twice', () => {
    const x = leaf([1, 2]);
    const y = traceCalls(() => x.square().sum());
    y.backward();
    expect(() => y.backward()).toThrow(
      /(square|sum) was already.*It was called at .*anomaly\.test\.ts/,
    );
  });

  it('tells which op let no gradient through', () => {
    const x = leaf([1.5, 2.5]);
    const loss = traceCalls(() => x.to('i32').to('f64').square().sum());
    expect(() => loss.backward()).toThrow(
      /no gradient passes through to, .*It was called at .*anomaly\.test\.ts/,
    );
  });

  it('tells which op read what was overwritten', () => {
    const x = leaf([1, 2]);
    const y = traceCalls(() => x.square().sum());
    x.assign(tensor([3, 4], { dtype: 'f64' }));
    expect(() => y.backward()).toThrow(
      /of square was overwritten.*It was called at .*anomaly\.test\.ts/,
    );
  });
});
