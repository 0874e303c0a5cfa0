import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DltrainError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { isSecondNode } from '../support/second-node.js';
import { campaign, corpusOf, mostMilliseconds, mutantOf, outcomeOf, trap } from './campaign.js';
import { Random } from './random.js';
import { readers, type Reader } from './readers.js';
import { gzipped, headed, records, sealed, sized } from './structure.js';

/** Enough to run every time; `pnpm fuzz` runs 100,000. */
const mutants = isSecondNode ? 500 : 2000;

describe.each(Object.entries(readers))('%s', (name, reader) => {
  const corpus = corpusOf(name);

  it.each(corpus)('reads $name as its name says', async ({ name: file, bytes }) => {
    const { kind, error = '' } = await outcomeOf(reader, bytes);
    expect(kind, error).not.toBe('failed');
    if (file.startsWith('valid-')) expect(kind, error).toBe('accepted');
    if (file.startsWith('bad-')) expect(kind).toBe('refused');
  });

  it(`meets ${mutants} mutants with a typed error or something that makes sense`, async () => {
    const { inputs, accepted, refused, failures } = await campaign(name, reader, {
      seed: 20260101,
      count: mutants,
      corpus,
    });
    expect(failures).toEqual([]);
    expect(inputs).toBe(mutants);
    // Mutants that all fail at the same gate would show nothing.
    expect(accepted).toBeGreaterThan(mutants / 100);
    expect(refused).toBeGreaterThan(mutants / 4);
  });
});

describe('a campaign', () => {
  const corpus = [{ name: 'valid-a', bytes: Buffer.from('hello 123 world') }];
  const failuresOf = async (read: Reader['read']) => {
    const { failures } = await campaign('planted', { read }, { seed: 1, count: 300, corpus });
    return failures.map(({ problem }) => problem);
  };

  it('finds errors without a type, and such as cannot be shown', async () => {
    const [untyped] = await failuresOf((bytes) => {
      if (bytes.includes('__proto__')) throw new RangeError('Invalid array length');
    });
    expect(untyped).toBe('untyped error: RangeError: Invalid array length');
    const [shown] = await failuresOf((bytes) => {
      if (bytes.includes('\u001b')) throw new DltrainError(bytes.toString());
    });
    expect(shown).toMatch(/^error with control characters/);
    const endless = await failuresOf(() => {
      throw new DltrainError('x'.repeat(2 ** 17));
    });
    expect(endless).toHaveLength(300);
    const silent = await failuresOf(() => {
      throw new DltrainError('');
    });
    expect(silent[0]).toMatch(/^error without a message/);
  });

  it('finds readers that are too slow', async () => {
    const slow: Reader = {
      read: () => {
        const start = process.cpuUsage();
        for (;;) {
          const { user, system } = process.cpuUsage(start);
          if (user + system > 1000 * (mostMilliseconds + 50)) return;
        }
      },
    };
    const { failures } = await campaign('slow', slow, { seed: 1, count: 1, corpus });
    expect(failures.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^took \d+ ms$/),
    ]);
  });

  it('finds what is done to all objects, and code that runs', async () => {
    const polluted = await outcomeOf(
      { read: () => Object.assign(Object.prototype, { polluted: true }) },
      Buffer.alloc(0),
    );
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(polluted.kind).toBe('failed');
    expect(polluted.error).toBe('changed the prototype of all objects');
    const ran = await outcomeOf({ read: () => import('./must-not-run.js') }, Buffer.alloc(0));
    Reflect.deleteProperty(globalThis, trap);
    expect(ran).toMatchObject({ kind: 'failed', error: 'ran code that the file names' });
  });

  it('makes the same mutant again, and different ones', () => {
    const reader: Reader = { read: () => undefined };
    const mutant = (seed: number, index: number) =>
      mutantOf('again', reader, corpus, seed, index).toString('hex');
    const first = Array.from({ length: 500 }, (_, index) => mutant(7, index));
    expect(Array.from({ length: 500 }, (_, index) => mutant(7, index))).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(400);
    expect(mutant(8, 0)).not.toBe(first[0]);
  });
});

describe('the structure of a file', () => {
  it.each([
    ['safetensors', headed],
    ['events', records],
    ['idx', sized],
    ['checkpoint-manifest', sealed],
  ])('of %s is opened and closed without a change', (name, structure) => {
    for (const { name: file, bytes } of corpusOf(name)) {
      if (!file.startsWith('valid-')) continue;
      expect(structure.close(structure.open(bytes)).equals(bytes), file).toBe(true);
    }
  });

  it('of gzip is its content', () => {
    const content = Buffer.from('content');
    expect(gzipped.open(gzipped.close([content]))).toEqual([content]);
  });
});

describe('code that files name', () => {
  it('is named by files of every corpus', () => {
    const formats = ['config.yaml', 'csv', 'safetensors', 'events'];
    for (const name of [...formats, 'weights-manifest', 'checkpoint-manifest', 'run-lock']) {
      const files = corpusOf(name).filter(({ bytes }) => bytes.includes('must-not-run.js'));
      expect(files.length, name).toBeGreaterThan(0);
    }
  });

  it('cannot be run by readers of data, weights and logs: nothing in them loads any', async () => {
    const root = path.dirname(path.dirname(import.meta.dirname));
    const sources = [
      ...['csv', 'csv-columns', 'csv-place', 'file-bytes', 'idx'].map((name) => `data/src/${name}`),
      ...['safetensors', 'safetensors-header', 'safetensors-file'].map(
        (name) => `nn/src/weights/${name}`,
      ),
      ...[
        'read-events',
        'records',
        'event-message',
        'event-record',
        'weights-manifest',
        'check-entries',
        'wire',
      ].map((name) => `runtime/src/events/${name}`),
      ...['checkpoint-manifest', 'read-checkpoint'].map((name) => `runtime/src/checkpoint/${name}`),
      'core/src/files/regular-file',
      '../apps/dltrain/src/lock-holder',
    ];
    for (const source of sources) {
      const text = await readFile(path.join(root, 'packages', `${source}.ts`), 'utf8');
      expect(text, source).not.toMatch(
        /\bimport\s*\(|\brequire\b|\beval\b|\bFunction\s*\(|importExport/,
      );
    }
  });
});

describe('random numbers', () => {
  it('are fixed by their seed and fill their range', () => {
    const counts = new Array<number>(10).fill(0);
    const random = Random.of('a', 1);
    for (let i = 0; i < 1000; i++) {
      const digit = random.below(10);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Random.of('a', 1).bytes(8)).toEqual(Random.of('a', 1).bytes(8));
    expect(Random.of('a', 1).bytes(8)).not.toEqual(Random.of('a', 2).bytes(8));
  });
});
