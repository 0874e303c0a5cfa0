// Trains the network of my-model.js on every core, from a script.
// Run: node library.ts (Node 22.18 or later; before that, compile it first)
import { data, tensor, train } from 'dltrain';
import { Skip } from './my-model.js';

const iris = await data.readCsv(new URL('iris.csv', import.meta.url).pathname, {
  target: 'species',
  targetType: 'class',
});

const run = train({
  name: 'library',
  seed: 1,
  data: { train: iris, val: { split: 0.2 } },
  model: { module: new URL('my-model.js', import.meta.url), export: 'Skip' },
  loss: 'cross_entropy',
  metrics: ['accuracy'],
  optimizer: { type: 'adam', lr: 0.01 },
  trainer: { batchSize: 32, maxEpochs: 20 },
});

for await (const event of run) {
  if (event.event === 'validation') console.log(`epoch ${event.epoch}`, event.metrics);
}
const { weights, weightsSha256 } = await run.result;
console.log(`weights: sha256 ${weightsSha256}`);

const model = new Skip();
model.loadStateDict(weights);
console.log('scores of one flower:', model.eval().forward(tensor([[5.1, 3.5, 1.4, 0.2]])));
