import { microSuite } from '../micro-suite.js';
import { workloads } from '../workloads/index.js';

const numberBytes = Float32Array.BYTES_PER_ELEMENT;

export const optimizer = microSuite({
  name: 'optimizer',
  title: 'Updates of the weights of the linear layers of workloads A, B and D, one thread',
  cases: () =>
    workloads
      .filter(({ convolutions }) => convolutions.length === 0)
      .flatMap(({ name, linears }) => casesOf(name, countOf(linears))),
});

/** @param {readonly import('../workloads/workload.js').LinearSizes[]} linears */
function countOf(linears) {
  return linears.reduce(
    (sum, { inputs, outputs, count = 1 }) => sum + count * (inputs + 1) * outputs,
    0,
  );
}

/**
 * @param {string} workload
 * @param {number} count
 * @returns {import('../micro-suite.js').MicroCase[]}
 */
function casesOf(workload, count) {
  return [
    {
      name: `SGD with momentum, ${workload}, ${count} numbers`,
      // Three read, two written; adam has one more of each.
      work: { bytes: 5 * count * numberBytes },
      kernel: (room) => {
        const [p, g, m] = [room.floats(count), room.floats(count), room.floats(count)];
        const [pTo, mTo] = [room.floats(count), room.floats(count)];
        const sgd = room.kernel('sgd_f32');
        return () => sgd(pTo, p, g, mTo, m, count, 0.01, 0.9, 0, 0, 1);
      },
      torch: trainerOf(count, 'torch.optim.SGD([p], lr=0.01, momentum=0.9)'),
    },
    {
      name: `Adam, ${workload}, ${count} numbers`,
      work: { bytes: 7 * count * numberBytes },
      kernel: (room) => {
        const [p, g, m] = [room.floats(count), room.floats(count), room.floats(count)];
        const v = room.positiveFloats(count);
        const [pTo, mTo, vTo] = [room.floats(count), room.floats(count), room.floats(count)];
        const adam = room.kernel('adam_f32');
        const moments = [mTo, m, vTo, v];
        const constants = [0.001, 0.9, 0.999, 1e-8, 0, 0, 0.1, 0.001, 1];
        return () => adam(pTo, p, g, ...moments, count, ...constants);
      },
      torch: trainerOf(count, 'torch.optim.Adam([p], lr=0.001)'),
    },
  ];
}

/**
 * @param {number} count
 * @param {string} optimizer
 */
function trainerOf(count, optimizer) {
  const setup = `p = torch.randn(${count}); p.grad = torch.randn(${count}); o = ${optimizer}`;
  return { setup, call: 'o.step()' };
}
