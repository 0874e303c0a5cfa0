import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const cwd = folder.path;

const config = `
data:
  train: {type: csv, path: nowhere.csv, target: kind, target_type: class}
model:
  input: [2]
  layers:
    - {type: linear, out_features: 4}
    - relu
    - {type: linear, out_features: 3}
loss: cross_entropy
optimizer: {type: adam, lr: 0.1}
trainer: {batch_size: 8}
`;

beforeAll(() => {
  writeFileSync(path.join(cwd, 'small.yaml'), config);
});

afterAll(() => {
  folder.remove();
});

/** All words of a picture, which must be well-formed. */
function wordsOf(svg: string): string[] {
  const texts = new DOMParser().parseFromString(svg, 'image/svg+xml').getElementsByTagName('text');
  return Array.from(texts, (text) => text.textContent?.trim() ?? '');
}

describe('dltrain graph', () => {
  it('draws the model of a config, without its data', async () => {
    const { code, stdout, stderr } = await dltrain(['graph', 'small.yaml', '--svg', 'a.svg'], {
      cwd,
    });
    expect([code, stdout, stderr]).toEqual([0, '', 'wrote a.svg\n']);
    const words = wordsOf(readFileSync(path.join(cwd, 'a.svg'), 'utf8'));
    expect(words).toEqual(
      expect.arrayContaining(['0: Linear(2, 4) - 12 parameters', '[2, 4]', 'relu', 'small']),
    );
  });

  it('writes to stdout, closes modules at a depth, takes overrides', async () => {
    const wide = 'model.layers.0.out_features=6';
    const { code, stdout } = await dltrain(['graph', 'small.yaml', '--depth', '1', wide], { cwd });
    expect(code).toBe(0);
    expect(wordsOf(stdout)).toEqual(
      expect.arrayContaining(['0: Linear(2, 6)', '18 parameters', '1: ReLU']),
    );
  });

  it("draws a model of the user's own", async () => {
    const examples = path.join(repository, 'examples');
    const own = 'model={module: my-model.js, export: Skip}';
    const { code, stdout, stderr } = await dltrain(['graph', 'iris.yaml', own], { cwd: examples });
    expect([code, stderr]).toEqual([0, '']);
    expect(wordsOf(stdout)).toEqual(
      expect.arrayContaining(['middle: Linear(16, 16) - 272 parameters']),
    );
  });

  it.each([
    [['small.yaml', '--depth', 'all'], '--depth takes a whole number of 0 or more'],
    [['small.yaml', '--svg', 'no/where.svg'], 'its folder does not exist'],
    [['small.yaml', 'model.layers.0=conv3d'], 'conv3d'],
    [[], 'no config was given'],
  ])('%j: says what is wrong', async (words, said) => {
    const { code, stdout, stderr } = await dltrain(['graph', ...words], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });
});

describe('dltrain summary', () => {
  it('prints a table', async () => {
    const { code, stdout, stderr } = await dltrain(['summary', 'small.yaml'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/0 Linear\(2, 4\) +\[4\] +12 +20 +16 B\n/);
    expect(stdout).toMatch(/optimizer state +216 B \(mean, square\)\n/);
  });

  it('prints JSON', async () => {
    const { code, stdout } = await dltrain(['summary', 'small.yaml', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      event: 'summary',
      parameters: 27,
      trainable_parameters: 27,
      multiply_adds: 2 * 4 + 4 * 3,
      flops: 16 + 4 + 4 + 24 + 3,
      weight_bytes: 108,
      optimizer_state_bytes: 216,
      leaves: 4,
      leaf_samples: 2,
      leaf_activation_bytes: 4 * 2 * (4 + 3),
    });
  });

  it('refuses a width that fits nothing', async () => {
    const words = ['summary', 'small.yaml', '--width', '10'];
    const { code, stderr } = await dltrain(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('--width takes a whole number of 40 or more');
  });
});

describe('dltrain activations', () => {
  it('draws them all, with formulas and derivatives', async () => {
    const { code, stdout } = await dltrain(['activations'], { cwd });
    expect(code).toBe(0);
    const names = [
      ...['identity', 'step', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'prelu', 'elu', 'gelu'],
      ...['softplus', 'softsign', 'logSigmoid', 'silu', 'sinc', 'mish', 'softmax', 'logSoftmax'],
    ];
    const words = ['1 / (1 + e^-x)', 'value', 'derivative by x', 'derivative by a'];
    expect(wordsOf(stdout)).toEqual(expect.arrayContaining([...names, ...words]));
  });
});
