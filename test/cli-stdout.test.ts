import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, dltrain, jsonLines, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const irisCsv = path.join(repository, 'examples', 'iris.csv');
const library = pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href;
const cwd = path.join(folder.path, 'net');

beforeAll(() => {
  mkdirSync(cwd);
  writeFileSync(
    path.join(cwd, 'net.js'),
    `
import { isMainThread } from 'node:worker_threads';
import { nn } from '${library}';
console.log('printed on import');
export default class Net extends nn.Module {
  layer = new nn.Linear(4, 3);
  forward(x) {
    console.log(isMainThread ? 'printed in forward' : 'printed in a rank');
    process.stdout.write('written in forward\\n');
    return this.layer.forward(x);
  }
}`,
  );
  writeFileSync(
    path.join(cwd, 'net.yaml'),
    `
data:
  train: {type: csv, path: '${irisCsv}', target: species, target_type: class}
  val: {split: 0.2}
model: {module: ./net.js}
loss: cross_entropy
optimizer: {type: adam, lr: 0.01}
parallel: {workers: 2}
trainer: {batch_size: 60, max_epochs: 2}
`,
  );
});

afterAll(() => {
  folder.remove();
});

/** What a command prints on stdout, while its module prints elsewhere. */
async function linesOf(...words: string[]): Promise<string> {
  const place = words[0] === 'predict' ? 'printed in forward' : 'printed in a rank';
  const said = ['printed on import', place, 'written in forward'];
  const { code, stdout, stderr } = await dltrain(words, { cwd });
  expect(code).toBe(0);
  for (const line of said) {
    expect(stderr).toContain(line);
    expect(stdout).not.toContain(line);
  }
  return stdout;
}

describe('what modules print', () => {
  it('stays out of the JSON lines of a run and of its evaluation', async () => {
    const events = jsonLines(await linesOf('net.yaml', '--json', '--run-dir', 'run'));
    expect(events.at(-1)).toMatchObject({ event: 'done' });
    expect(jsonLines(await linesOf('eval', 'run', '--json'))).toMatchObject([{ event: 'eval' }]);
  });

  it('stays out of predictions, and of a summary', async () => {
    await dltrain(['net.yaml', '--quiet', '--run-dir', 'other'], { cwd });
    const rows = (await linesOf('predict', 'other', '--input', irisCsv)).trim().split('\n');
    expect(rows).toHaveLength(151);
    expect(await linesOf('net.yaml', '--run-dir', 'plain')).toMatch(/^net: completed after/);
  });
});

describe.runIf(existsSync('/dev/full'))('what is lost on a full disk behind stdout', () => {
  const onFullDisk = (...words: string[]) => {
    const command = '"$0" "$@" > /dev/full';
    const given = ['-c', command, process.execPath, commandLine, ...words];
    const { status, stderr } = spawnSync('sh', given, { cwd, encoding: 'utf8' });
    return { status, stderr };
  };

  it.each([['--quiet'], ['--json']])('is told, after a run with %s', (flag) => {
    const runDir = `full${flag}`;
    const iris = path.join(repository, 'examples', 'iris.yaml');
    const words = [iris, 'trainer.max_epochs=1', flag, '--run-dir', runDir];
    const { status, stderr } = onFullDisk(...words);
    expect(stderr).toMatch(/stdout cannot be written: ENOSPC.*; a run that was trained is in its/);
    expect(status).toBe(1);
    expect(existsSync(path.join(cwd, runDir, 'model.safetensors'))).toBe(true);
  });

  it('is told after anything else', () => {
    for (const word of ['--version', 'activations']) {
      const { status, stderr } = onFullDisk(word);
      expect(stderr).toMatch(/^stdout cannot be written: ENOSPC[^;]*$/);
      expect(status).toBe(1);
    }
  });
});
