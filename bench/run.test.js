import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('run.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'dltrain-bench-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string[]} args */
function bench(...args) {
  return execFileSync(process.execPath, [script, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

describe('bench', () => {
  it('measures suites, and writes every round as JSON', () => {
    const json = path.join(folder, 'results.json');
    const printed = bench('--quick', '--only', 'pooling,overhead', '--json', json);
    expect(printed).toContain('Pooling 2x2');
    expect(printed).toContain('add, eager');
    /** @type {unknown} */
    const content = JSON.parse(readFileSync(json, 'utf8'));
    expect(content).toMatchObject({
      format: 2,
      quick: true,
      machine: { node: process.version },
      suites: [{ name: 'pooling' }, { name: 'overhead' }],
    });
  }, 120_000);

  it('names the suites when it is asked for another', () => {
    expect(() => bench('--only', 'nothing')).toThrow(/There is no suite 'nothing', only gemm/);
  });
});
