import { bytesPerElement, elementCount, engine } from '@dltrain/core';
import { formatBytes } from '@dltrain/kernels';
import { buildOptimizer, type Module } from '@dltrain/nn';
import { OptionsError } from './errors.js';
import { leafCount } from './leaves.js';
import type { TrainOptions } from './options.js';
import { workerCount } from './plan.js';

/** Copies of all that a step changes: the one it reads and the one it writes. */
const generations = 2;

/**
 * Checks that what a run keeps of its parameters fits into the memory that its threads share. Data and
 * activations come on top. The model needs no values yet: `withoutInit`.
 *
 * @throws OptionsError saying what needs how much
 */
export function checkParameterMemory(
  model: Module,
  options: Pick<TrainOptions, 'optimizer' | 'parallel' | 'trainer' | 'checkpoint'>,
): void {
  const { optimizer, parallel = {}, trainer, checkpoint } = options;
  const sizes = model.parameters().map(({ shape, dtype, requiresGrad }) => {
    const bytes = elementCount(shape) * bytesPerElement(dtype);
    return { bytes, trained: requiresGrad ? bytes : 0, packed: shape.length === 2 ? bytes : 0 };
  });
  const sum = (of: 'bytes' | 'trained' | 'packed') =>
    sizes.reduce((total, size) => total + size[of], 0);
  const bytes = sum('bytes');
  const copies = generations + (checkpoint ? 1 : 0);
  const { stateNames } = buildOptimizer(optimizer).rule;
  const leaves =
    leafCount(trainer.batchSize, parallel.shards ?? 'auto') * (trainer.accumulateGradBatches ?? 1);
  const workers = Math.min(workerCount(parallel.workers ?? 'auto', leaves), leaves);
  const parts = [
    [`values in ${copies} copies`, copies * bytes],
    [`optimizer states (${stateNames.join(', ')})`, copies * stateNames.length * bytes],
    // Each matrix as it is, and transposed.
    ['weights packed for products', 2 * sum('packed')],
    [`gradients of ${workers} ${workers === 1 ? 'worker' : 'workers'}`, workers * sum('trained')],
    ['the reduced gradient', bytes],
  ] as const;
  const needed = parts.reduce((total, [, part]) => total + part, 0);
  const { capacity } = engine().heap;
  if (needed <= capacity) return;
  const listed = parts.flatMap(([name, part]) =>
    part > 0 ? [`${formatBytes(part)} ${name}`] : [],
  );
  const isHelped = needed - (workers - 1) * sum('trained') <= capacity;
  const fewer = isHelped ? ', or use fewer workers' : '';
  throw new OptionsError(
    ['model'],
    `its parameters need ${formatBytes(needed)} of memory, and there are ${formatBytes(capacity)}: ` +
      `${listed.join(', ')}; make its layers smaller${fewer}`,
  );
}
