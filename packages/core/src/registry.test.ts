import { describe, expect, it } from 'vitest';
import './methods.js';
import { checkGradients } from './autodiff/check-gradients.js';
import { jvp } from './autodiff/jvp.js';
import { vjp } from './autodiff/vjp.js';
import { onesLike, tensor } from './create.js';
import { isFloat } from './dtype.js';
import { engine } from './engine.js';
import { registry, type RegisteredOp } from './op.js';
import './ops/index.js';
import { mul } from './ops/elementwise/mul.js';
import { inputsOf, uniforms } from './sample-inputs.js';
import { scope } from './memory/scoped.js';
import { sameShape } from './shape.js';
import type { Tensor } from './tensor.js';
import { expectClose, runSample, tensorsOf } from '../test-support.js';

/** Whether the op says itself that it has no derivative. */
function isConstant({ op }: RegisteredOp): boolean {
  return op !== null && 'nondifferentiable' in op.derivative;
}

function isElementwise({ op }: RegisteredOp): boolean {
  return op !== null && ('local' in op.derivative || 'symmetric' in op.derivative);
}

describe.each([...registry])('%s', (_, entry) => {
  const { op } = entry;

  it('has samples', () => {
    expect(entry.samples.length).toBeGreaterThan(0);
  });

  /** Those for which differences mean something, each with the key of its numbers. */
  const samples = entry.samples.flatMap((sample, key) =>
    sample.extreme === true ? [] : [{ sample, key, inputs: inputsOf(sample, key) }],
  );
  const differentiable = samples.filter(
    ({ sample, inputs }) =>
      inputs.some(({ dtype }) => dtype === undefined) &&
      scope(() => isFloat(runSample(entry, tensorsOf(inputs, 'f64'), sample).dtype)),
  );

  it('computes the same in f32 and f64', () => {
    for (const { sample, key, inputs } of samples) {
      scope(() => {
        const narrow = runSample(entry, tensorsOf(inputs, 'f32'), sample);
        const wide = runSample(entry, tensorsOf(inputs, 'f64'), sample);
        expect(narrow.shape).toEqual(wide.shape);
        // Random numbers have other bits in f64.
        if (entry.name !== 'dropout') {
          expectClose(narrow.view(), wide.view(), { relative: 1e-5, what: `sample ${key}` });
        }
      });
    }
  });

  it('leaves its operands as they are', () => {
    for (const { sample, inputs } of samples) {
      scope(() => {
        const tensors = tensorsOf(inputs, 'f32');
        runSample(entry, tensors, sample).view();
        tensors.forEach((one, i) => {
          expect([...one.view()]).toEqual([...(inputs[i]?.values ?? [])]);
        });
      });
    }
  });

  if (isConstant(entry)) {
    it('records nothing', () => {
      for (const { sample, inputs } of samples) {
        scope(() => {
          const tensors = tensorsOf(inputs, 'f32');
          for (const one of tensors) if (isFloat(one.dtype)) one.requiresGrad = true;
          expect(runSample(entry, tensors, sample).requiresGrad).toBe(false);
        });
      }
    });
    return;
  }

  it('has the derivatives of central differences, in both modes, to second order', () => {
    for (const { sample, inputs } of differentiable) {
      checkGradients((...at) => runSample(entry, at, sample), tensorsOf(inputs, 'f64'));
    }
  });

  it('has the same derivatives in both modes at extremes', () => {
    entry.samples.forEach((sample, key) => {
      const inputs = inputsOf(sample, key);
      inputs.forEach(({ dtype, shape }, i) => {
        if (sample.extreme !== true || dtype !== undefined) return;
        scope(() => {
          const tensors = tensorsOf(inputs, 'f64');
          const f = (x: Tensor) => runSample(entry, tensors.with(i, x), sample);
          const x = tensor(inputs[i]?.values ?? [], { shape });
          const y = f(x);
          // Where elements meet, 0 times infinity would tell the modes apart.
          if (!isFloat(y.dtype) || !isElementwise(entry) || !sameShape(y.shape, shape)) return;
          const [, forward] = jvp(f, [x], [onesLike(x)]);
          const [reverse] = vjp(f, x)[1](onesLike(y));
          const what = `sample ${key}, input ${i}`;
          expectClose(forward.view(), reverse?.view() ?? [], { relative: 1e-12, what });
        });
      });
    });
  });

  const derivative = op?.derivative;
  if (derivative !== undefined && 'local' in derivative && derivative.fused !== undefined) {
    it('has fused rules that equal gradient times local derivative', () => {
      for (const { sample, key, inputs } of differentiable) {
        scope(() => {
          const tensors = tensorsOf(inputs, 'f64');
          for (const one of tensors) one.requiresGrad = true;
          const output = runSample(entry, tensors, sample);
          const node = output.node;
          if (node === null) return expect.fail('nothing was recorded');
          const weights = uniforms(output.size, 5).map((u) => u - 0.5);
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
      }
    });
  }
});

it('knows every op that the library exports', () => {
  expect(registry.size).toBeGreaterThan(60);
});
