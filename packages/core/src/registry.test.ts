import { describe, expect, it } from 'vitest';
import './methods.js';
import { gradientsOf } from './autodiff/grad.js';
import { tensor } from './create.js';
import { isFloat } from './dtype.js';
import { engine } from './engine.js';
import { registry, type RegisteredOp, type Sample } from './op.js';
import './ops/index.js';
import { mul } from './ops/mul.js';
import { scope } from './scoped.js';
import type { Tensor } from './tensor.js';
import {
  differences,
  expectClose,
  gradients,
  inputsOf,
  numbers,
  runSample,
  tensorsOf,
  weigh,
} from '../test-support.js';

/** The sum of all gradients of a weighted output, each element times a number of its own. */
function weighedGradients(entry: RegisteredOp, sample: Sample, inputs: readonly Tensor[]): Tensor {
  const wanted = inputs.filter((input) => isFloat(input.dtype));
  for (const input of wanted) input.requiresGrad = true;
  const found = gradientsOf(weigh(runSample(entry, inputs, sample), 0), wanted, {
    createGraph: true,
  });
  return found.map((gradient, i) => weigh(gradient, i + 1)).reduce((a, b) => a.add(b));
}

function rulesOf({ op }: RegisteredOp): 'none' | 'some' {
  return 'nondifferentiable' in op.derivative ? 'none' : 'some';
}

describe.each([...registry.values()])('$op.name', (entry) => {
  const { op } = entry;

  it('has samples', () => {
    expect(op.samples.length).toBeGreaterThan(0);
  });

  it('computes the same in f32 and f64', () => {
    op.samples.forEach((sample, key) => {
      const inputs = inputsOf(sample, key);
      scope(() => {
        const narrow = runSample(entry, tensorsOf(inputs, 'f32'), sample);
        const wide = runSample(entry, tensorsOf(inputs, 'f64'), sample);
        expect(narrow.shape).toEqual(wide.shape);
        // Random numbers have other bits in f64.
        if (op.name !== 'dropout') {
          expectClose(narrow.view(), wide.view(), { relative: 1e-5, what: `sample ${key}` });
        }
      });
    });
  });

  it('leaves its operands as they are', () => {
    op.samples.forEach((sample, key) => {
      const inputs = inputsOf(sample, key);
      scope(() => {
        const tensors = tensorsOf(inputs, 'f32');
        runSample(entry, tensors, sample).view();
        tensors.forEach((one, i) => {
          expect([...one.view()]).toEqual([...(inputs[i]?.values ?? [])]);
        });
      });
    });
  });

  if (rulesOf(entry) === 'none') {
    it('records nothing', () => {
      op.samples.forEach((sample, key) => {
        scope(() => {
          const tensors = tensorsOf(inputsOf(sample, key), 'f32');
          for (const one of tensors) if (isFloat(one.dtype)) one.requiresGrad = true;
          expect(runSample(entry, tensors, sample).requiresGrad).toBe(false);
        });
      });
    });
    return;
  }

  it('agrees with central differences', () => {
    op.samples.forEach((sample, key) => {
      const inputs = inputsOf(sample, key);
      const f = (tensors: readonly Tensor[]) => weigh(runSample(entry, tensors, sample), 0);
      if (!isFloat(runSample(entry, tensorsOf(inputs, 'f64'), sample).dtype)) return;
      const found = gradients(f, inputs);
      for (const [i, expected] of differences(f, inputs)) {
        const what = `sample ${key}, input ${i}`;
        expectClose(found.get(i) ?? [], expected, { relative: 1e-7, what });
      }
    });
  });

  it('agrees with central differences to second order', () => {
    op.samples.forEach((sample, key) => {
      const inputs = inputsOf(sample, key);
      if (!isFloat(runSample(entry, tensorsOf(inputs, 'f64'), sample).dtype)) return;
      const f = (tensors: readonly Tensor[]) => weighedGradients(entry, sample, tensors);
      const found = gradients((tensors) => {
        const sum = f(tensors);
        // A linear op has a gradient that depends on nothing.
        return sum.requiresGrad ? sum : sum.add(tensors.map(zeroOf).reduce((a, b) => a.add(b)));
      }, inputs);
      for (const [i, expected] of differences(f, inputs)) {
        const what = `sample ${key}, input ${i}`;
        expectClose(found.get(i) ?? [], expected, { relative: 1e-6, what });
      }
    });
  });

  const { derivative } = op;
  if ('local' in derivative && derivative.fused !== undefined) {
    it('has fused rules that equal gradient times local derivative', () => {
      op.samples.forEach((sample, key) => {
        scope(() => {
          const tensors = tensorsOf(inputsOf(sample, key), 'f64');
          for (const one of tensors) one.requiresGrad = true;
          const output = runSample(entry, tensors, sample);
          const node = output.node;
          if (node === null) return expect.fail('nothing was recorded');
          const weights = numbers(output.size, 5).map((u) => u - 0.5);
          const gradient = tensor(weights, { shape: output.shape });
          engine().recording = false;
          derivative.fused?.forEach((fused, i) => {
            if (fused === undefined) return;
            const product = mul(gradient, derivative.local[i]?.(node) ?? gradient);
            const what = `sample ${key}, input ${i}`;
            expectClose(fused(gradient, node, i).view(), product.view(), { relative: 1e-14, what });
          });
          engine().recording = true;
        });
      });
    });
  }
});

/** 0, but tied to a tensor. */
function zeroOf(x: Tensor): Tensor {
  return isFloat(x.dtype) && x.requiresGrad ? x.mul(0).sum() : tensor(0, { dtype: 'f64' });
}

it('knows every op that the library exports', () => {
  expect(registry.size).toBeGreaterThan(60);
});
