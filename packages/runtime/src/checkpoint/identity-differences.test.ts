import { describe, expect, it } from 'vitest';
import { describeDifferences, identityDifferences } from './identity-differences.js';

const lines = (before: Record<string, string>, now: Record<string, string>) =>
  describeDifferences(identityDifferences(Object.entries(before), Object.entries(now)));

describe('the differences of two identities', () => {
  it('are told by their cause, without what was fitted to other samples', () => {
    const fitted = (mean: string) => ({ 'data.transforms.0.mean': `[${mean}]` });
    const seed = (value: string, mean: string) => ({ ...fitted(mean), seed: value });
    expect(lines(seed('1', '0.5'), seed('9', '0.25'))).toEqual(['seed was 1 and is 9']);
    expect(lines(fitted('0.5'), fitted('0.25'))).toEqual([
      'data.transforms.0.mean was [0.5] and is [0.25]',
    ]);
  });

  it('have what follows from a cause behind it', () => {
    const run = (batch: number) => ({
      leaves: String(batch / 4),
      'trainer.batchSize': String(batch),
      'trainer.steps': String(800 / batch),
    });
    expect(lines(run(32), run(16))).toEqual([
      'trainer.batchSize was 32 and is 16',
      'parallel.shards was 8 and is 4',
      'trainer.maxEpochs or trainer.maxSteps, in steps, was 25 and is 50',
    ]);
  });

  it('say once that data are others, and nothing of what is null instead of absent', () => {
    const data = (digit: string, samples: number) => ({
      'data.train.samples': String(samples),
      'data.train.sha256': JSON.stringify(digit.repeat(64)),
    });
    const before = { ...data('a', 10), earlyStopping: 'null' };
    expect(lines(before, { ...data('b', 11), 'earlyStopping.patience': '3' })).toEqual([
      'the training data are not those of the checkpoint',
      'earlyStopping.patience was absent and is 3',
    ]);
  });

  it('name the file of a module that was edited, wherever it lies, and say what it was', () => {
    const run = (model: string, metric: string) => ({
      'metrics.1.module': '"f1.js"',
      'metrics.1.sha256': JSON.stringify(metric.repeat(64)),
      'model.module': '"net.js"',
      'model.sha256': JSON.stringify(model.repeat(64)),
      'parameters.0.shape': `[${model.length}]`,
    });
    expect(lines(run('a', 'b'), run('a', 'b'))).toEqual([]);
    expect(lines(run('a', 'b'), { ...run('c', 'd'), 'parameters.0.shape': '[5]' })).toEqual([
      'f1.js, which is metrics.1.module, was edited since (SHA-256 was bbbbbbbbbbbb… and is dddddddddddd…)',
      'net.js, which is model.module, was edited since (SHA-256 was aaaaaaaaaaaa… and is cccccccccccc…)',
    ]);
  });

  it('are none where a module has another name, but says the same', () => {
    const named = (file: string) => ({
      'model.module': JSON.stringify(file),
      'model.sha256': JSON.stringify('a'.repeat(64)),
    });
    expect(lines(named('net.js'), named('model.js'))).toEqual([]);
    expect(lines({ 'model.module': '"net.js"' }, named('model.js'))).toEqual([
      'model.module was "net.js" and is "model.js"',
    ]);
  });

  it('are none where a manifest of before does not tell what a module was', () => {
    const before = { 'loss.module': '"own.js"' };
    const now = { ...before, 'loss.sha256': JSON.stringify('a'.repeat(64)) };
    expect(lines(before, now)).toEqual([]);
    expect(lines(now, before)).toEqual([]);
    expect(lines({ 'loss.type': '"mse"' }, now)).toEqual([
      'loss.module was absent and is "own.js"',
      'loss.type was "mse" and is absent',
    ]);
  });

  it('name an edited file that a module imports; one that comes or goes shows in the module', () => {
    const run = (imports: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(imports).map(([name, digit]) => [
          `model.imports.${JSON.stringify(name)}`,
          JSON.stringify(digit.repeat(64)),
        ]),
      );
    const before = run({ '../shared/layers.js': 'a', 'gone.js': 'b' });
    expect(lines(before, run({ '../shared/layers.js': 'c', 'new.js': 'd' }))).toEqual([
      '../shared/layers.js, which model.module imports, was edited since (SHA-256 was aaaaaaaaaaaa… and is cccccccccccc…)',
    ]);
  });

  it('are not pages long', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`model.${i}`, '1']));
    const told = lines({ ...many, loss: JSON.stringify('x'.repeat(500)) }, {});
    expect(told.length).toBeLessThan(20);
    expect(told.at(-1)).toBe('and 39 more');
    expect(Math.max(...told.map((line) => line.length))).toBeLessThan(150);
  });
});
