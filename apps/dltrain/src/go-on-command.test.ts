import { resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { goOnCommand } from './go-on-command.js';

describe('goOnCommand', () => {
  const words = ['net.yaml', 'resume=null', 'seed=7'];

  it('is the command as it was given, but for where the run begins', () => {
    const flags = { workers: '2', json: true, quiet: true, supervise: true };
    expect(goOnCommand(words, flags, resolve('runs/net'))).toBe(
      'dltrain net.yaml seed=7 --workers 2 --json --quiet --supervise --resume runs/net',
    );
    expect(goOnCommand(words, {}, resolve('.'))).toBe('dltrain net.yaml seed=7 --resume .');
  });

  it('begins as the command was started, in a clone by its launcher', () => {
    for (const [launcher, typed] of [
      ['dltrain', './dltrain'],
      ['../dltrain', '../dltrain'],
    ] as const) {
      vi.stubEnv('DLTRAIN_LAUNCHER', resolve(launcher));
      expect(goOnCommand(['net.yaml'], {}, resolve('net'))).toBe(`${typed} net.yaml --resume net`);
    }
    vi.unstubAllEnvs();
  });

  it('is that of its supervisor where a process has one', () => {
    expect(goOnCommand(words, { supervised: true }, resolve('net'))).toBe(
      'dltrain net.yaml seed=7 --supervise --resume net',
    );
  });

  it('takes the weights alone, without a supervisor, where something is to be changed', () => {
    expect(goOnCommand(words, { supervise: true }, resolve('net'), true)).toBe(
      'dltrain net.yaml seed=7 --resume net --force',
    );
  });
});
