import { describe, expect, it } from 'vitest';
import { timed, timedByItself } from './micro.js';

const timing = { ms: 1, rounds: 1 };

describe('timed', () => {
  it('calls many times in a round what is over at once', async () => {
    let calls = 0;
    const ms = await timed('count', () => calls++, timing).measure(1);
    expect(calls).toBeGreaterThan(100);
    expect(ms).toBeGreaterThanOrEqual(0);
  });

  it('fails as what it times fails', async () => {
    const broken = timed(
      'broken',
      () => {
        throw new Error('no such kernel');
      },
      timing,
    );
    await expect((async () => broken.measure(0))()).rejects.toThrow('no such kernel');
  });
});

describe('timedByItself', () => {
  it('takes the median of what it is told', async () => {
    let calls = 0;
    const told = timedByItself('told', () => Promise.resolve(calls++ < 2 ? 90 : 5), 1, timing);
    expect(await told.measure(0)).toBe(5);
  });
});
