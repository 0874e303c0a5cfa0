import { extremePairs, wholePairs } from '../../shared-samples.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

function defineComparison(name: string): (a: Operand, b: Operand) => Tensor {
  return defineBinary({
    name,
    result: 'bool',
    derivative: { nondifferentiable: 'truth values do not vary smoothly' },
    torch: `torch.${name}(a, b)`,
    samples: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
      },
      { inputs: [[2, 1], [3]] },
      { inputs: [[0], []] },
      extremePairs,
      wholePairs,
      {
        inputs: [
          { shape: [3], low: 0, high: 255, dtype: 'u8' },
          { shape: [3], low: 0, high: 255, dtype: 'u8' },
        ],
      },
    ],
  });
}

/** Whether `a = b`, elementwise with broadcasting, as a bool tensor; NaN equals nothing. */
export const eq = defineComparison('eq');
/** Whether `a != b`, elementwise with broadcasting, as a bool tensor. */
export const ne = defineComparison('ne');
/** Whether `a < b`, elementwise with broadcasting, as a bool tensor. */
export const lt = defineComparison('lt');
/** Whether `a <= b`, elementwise with broadcasting, as a bool tensor. */
export const le = defineComparison('le');
/** Whether `a > b`, elementwise with broadcasting, as a bool tensor. */
export const gt = defineComparison('gt');
/** Whether `a >= b`, elementwise with broadcasting, as a bool tensor. */
export const ge = defineComparison('ge');
