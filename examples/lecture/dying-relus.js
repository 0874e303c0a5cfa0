// A ReLU is silent where its input is not positive: at a random start, half of the time. That is as it
// should be. But a unit that a large step has pushed below zero for every sample gets no gradient any
// more, and stays silent for good: it is dead. The higher the learning rate, the more of them die.
//
// Run: node examples/lecture/dying-relus.js (some seconds)
import { crossEntropy, manualSeed, nn, randn } from 'dltrain';
import { started } from './started.js';

const [features, width, depth] = [16, 64, 3];

function network() {
  const hidden = Array.from({ length: depth }, (_, i) => [
    new nn.Linear(i === 0 ? features : width, width, {
      weightInitializer: nn.init.kaimingUniform(),
      biasInitializer: nn.init.zeros,
    }),
    new nn.ReLU(),
  ]);
  return new nn.Sequential(...hidden.flat(), new nn.Linear(width, 2));
}

/**
 * Trains by plain gradient descent, and looks at the ReLUs before and after.
 *
 * @param {number} learningRate
 */
export function train(learningRate, steps = 100) {
  manualSeed(6);
  const model = network();
  const x = randn([256, features]);
  const y = x.sin().sum({ axis: 1 }).gt(0).to('i32'); // two classes

  const look = () => {
    const relus = nn.layerStatistics(model, x).filter(({ kind }) => kind === 'ReLU');
    /** @param {'zeros' | 'dead'} share */
    const mean = (share) => relus.reduce((sum, layer) => sum + layer[share], 0) / relus.length;
    return { silent: mean('zeros'), dead: mean('dead') };
  };

  const before = look();
  const optimizer = new nn.SGD(model.parameters(), { lr: learningRate });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    crossEntropy(model.forward(x), y).backward();
    optimizer.step();
  }
  return { before, after: look(), loss: crossEntropy(model.forward(x), y).item() };
}

if (started(import.meta.url)) {
  /** @param {number} share */
  const percent = (share) => `${(100 * share).toFixed(1)} %`.padStart(8);
  const { before } = train(0.01, 0);
  console.log(`At a random start ${percent(before.silent)} of the outputs are zero,`);
  console.log(`but only          ${percent(before.dead)} of the units are so for every sample.\n`);
  console.log('learning rate    zero outputs    dead units    loss after 100 steps');
  for (const rate of [0.01, 0.1, 0.3, 0.6, 1, 1.5]) {
    const { after, loss } = train(rate);
    const shares = `${percent(after.silent).padStart(16)}${percent(after.dead).padStart(14)}`;
    console.log(`${String(rate).padStart(13)}${shares}    ${loss.toFixed(4).padStart(10)}`);
  }
}
