import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RunLog } from './run-log.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-log-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('RunLog', () => {
  it('goes on where a run is taken up again', () => {
    for (const line of ['one', 'two']) {
      const log = new RunLog(folder, (failure) => expect.fail(failure));
      log.write(line);
      log.close();
      log.close();
    }
    expect(readFileSync(join(folder, 'train.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it.runIf(existsSync('/dev/full'))(
    'tells once of a disk that is full, and of nothing else',
    () => {
      const full = mkdtempSync(join(folder, 'full-'));
      symlinkSync('/dev/full', join(full, 'train.log'));
      const told: string[] = [];
      const log = new RunLog(full, (failure) => told.push(failure));
      for (let i = 0; i < 5; i += 1) log.write('a line');
      log.close();
      expect(told).toEqual([
        expect.stringMatching(/^train\.log cannot be written \(ENOSPC.*the run goes on/),
      ]);
    },
  );
});
