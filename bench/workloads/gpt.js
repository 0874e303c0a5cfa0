export const sizes = { vocabulary: 65, context: 64, width: 128, heads: 4, depth: 4 };
const { vocabulary, context, width, heads, depth } = sizes;
const module = new URL('gpt-model.js', import.meta.url).href;

/** @type {import('./workload.js').Workload} */
export const gpt = {
  name: 'D',
  title: `GPT, ${depth} blocks of width ${width}, context ${context}`,
  batch: 12,
  samples: { shape: [context], vocabulary, targetShape: [context], classes: vocabulary },
  net: sizes,
  model: { module, export: 'Gpt', args: [sizes] },
  loss: { module, export: 'nextTokenLoss' },
  linears: [
    { inputs: width, outputs: 3 * width, positions: context, count: depth },
    { inputs: width, outputs: width, positions: context, count: depth },
    { inputs: width, outputs: 4 * width, positions: context, count: depth },
    { inputs: 4 * width, outputs: width, positions: context, count: depth },
    { inputs: width, outputs: vocabulary, positions: context },
  ],
  convolutions: [],
  attention: { length: context, features: width / heads, heads: heads * depth },
};
