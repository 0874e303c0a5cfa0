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

  it('are not pages long', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`model.${i}`, '1']));
    const told = lines({ ...many, loss: JSON.stringify('x'.repeat(500)) }, {});
    expect(told.length).toBeLessThan(20);
    expect(told.at(-1)).toBe('and 39 more');
    expect(Math.max(...told.map((line) => line.length))).toBeLessThan(150);
  });
});
