/**
 * A request for steps of training, as `contenderOf` makes it.
 *
 * @typedef {object} StepRequest
 * @property {import('../workloads/workload.js').Net} net
 * @property {import('../workloads/workload.js').Samples} samples
 * @property {number} batch
 * @property {number} lr
 * @property {number} momentum
 * @property {number} steps
 */

/**
 * The sizes of a net that is linear layers with ReLU between them and nothing else.
 *
 * @param {import('../workloads/workload.js').Net} net
 * @param {import('../workloads/workload.js').Samples} samples
 * @throws {Error} for another net
 */
export function linearSizesOf(net, samples) {
  let inputs = samples.shape[0] ?? 0;
  return layersOf(net).flatMap((layer) => {
    if (layer.type === 'relu') return [];
    if (layer.type !== 'linear')
      throw new Error(`This peer trains no layer of type ${layer.type}.`);
    const sizes = { inputs, outputs: layer.outFeatures };
    inputs = layer.outFeatures;
    return [sizes];
  });
}

/**
 * Whether it is such a net.
 *
 * @param {import('../workloads/workload.js').Net} net
 */
export function isLinearNet(net) {
  return (
    Array.isArray(net) && layersOf(net).every(({ type }) => type === 'linear' || type === 'relu')
  );
}

/**
 * @param {import('../workloads/workload.js').Net} net
 * @returns {readonly import('../workloads/workload.js').LayerDescription[]}
 */
function layersOf(net) {
  if ('depth' in net) throw new Error('This peer trains no transformer.');
  return net;
}
