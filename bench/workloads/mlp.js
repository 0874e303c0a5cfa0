export const smallMlp = mlp('A', 64, [784, 128, 10]);
export const largeMlp = mlp('B', 128, [784, 512, 256, 10]);

/**
 * Linear layers with ReLU between them.
 *
 * @param {string} name
 * @param {number} batch
 * @param {readonly number[]} sizes
 * @returns {import('./workload.js').Workload}
 */
function mlp(name, batch, sizes) {
  const [features = 0] = sizes;
  const outputs = sizes.slice(1);
  /** @type {import('./workload.js').LayerDescription[]} */
  const layers = outputs.flatMap((outFeatures, i) => [
    ...(i === 0 ? [] : [/** @type {const} */ ({ type: 'relu' })]),
    { type: 'linear', outFeatures },
  ]);
  return {
    name,
    title: `MLP ${sizes.join('-')}`,
    batch,
    samples: {
      shape: [features],
      vocabulary: null,
      targetShape: [],
      classes: outputs.at(-1) ?? 0,
    },
    net: layers,
    model: { input: [features], layers },
    loss: 'cross_entropy',
    linears: outputs.map((size, i) => ({ inputs: sizes[i] ?? 0, outputs: size, first: i === 0 })),
    convolutions: [],
    attention: null,
  };
}
