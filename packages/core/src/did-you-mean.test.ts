import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from './did-you-mean.js';

describe('the name that was meant', () => {
  it.each<[string, string[], string]>([
    ['momentm', ['lr', 'momentum'], 'momentum'],
    ['batchSize', ['batch_norm', 'batch_size'], 'batch_size'],
    ['weight_decay', ['weightDelay', 'weightDecay'], 'weightDecay'],
    ['delta', ['reduction', 'beta'], 'beta'],
    ['sdg', ['adam', 'sgd'], 'sgd'],
    ['rleu', ['elu', 'relu'], 'relu'],
    ['mm', ['z', 'a', 'm'], 'm'],
    ['P', ['p'], 'p'],
    ['axs', ['axis', 'axes'], 'axis'],
  ])('%s of %j is %s', (name, names, meant) => {
    expect(nearestName(name, names)).toBe(meant);
    expect(didYouMean(name, new Set(names))).toBe(` Did you mean '${meant}'?`);
  });

  it.each<[string, string[]]>([
    ['x', ['p']],
    ['fo', ['p']],
    ['dim', ['min']],
    ['seed', ['split']],
    ['clipNorm', ['clipGradNorm']],
    ['_', ['p', '']],
    ['m'.repeat(257), ['m'.repeat(257)]],
    ['axis', []],
  ])('%s of %j is none', (name, names) => {
    expect(nearestName(name, names)).toBeUndefined();
    expect(didYouMean(name, names)).toBe('');
  });
});
