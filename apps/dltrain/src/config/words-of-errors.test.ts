import { IdentityError, NonFiniteError } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { inWordsOfConfig } from './words-of-errors.js';

describe('inWordsOfConfig', () => {
  it('names keys of a config, but leaves those of a user alone', () => {
    const error = new IdentityError('runs/net/checkpoints/step-000010', [
      { key: 'trainer.validateEvery', was: '4', is: '8' },
      { key: 'model.args.0.hiddenSize', was: '10', is: '20' },
    ]);
    expect(inWordsOfConfig(error).split('\n')).toEqual([
      'runs/net/checkpoints/step-000010 is of another run; what fixes the result must be as it was:',
      '  trainer.val_every, in steps, was 4 and is 8',
      '  model.args.0.hiddenSize was 10 and is 20',
    ]);
    const message = inWordsOfConfig(new NonFiniteError(3, '0.weight', "Linear '0'", 1));
    expect(message).toContain('trainer.on_nonfinite: skip');
    expect(message).not.toContain('onNonfinite');
    const words = (text: string) => inWordsOfConfig(new Error(text));
    expect(words('1 rank was replaced before, and parallel.maxRestarts is 3')).toBe(
      '1 rank was replaced before, and parallel.max_restarts is 3',
    );
    expect(words('Rename them, or pass { strict: false } to load what fits by name.')).toBe(
      'Rename them.',
    );
  });
});
