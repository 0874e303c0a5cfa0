import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();

beforeAll(() => {
  write('flowers.csv', ['a,b,kind', '1,2,x', '3,4,y', '5,6,x', '7,8,y', ''].join('\n'));
});

afterAll(() => {
  folder.remove();
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(path.join(folder.path, name), content);
}

/** A config that is right; tests break one line of it. */
const lines = [
  'data:',
  '  train: {type: csv, path: flowers.csv, target: kind, target_type: class}',
  'model:',
  '  input: [2]',
  '  layers:',
  '    - {type: linear, out_features: 4}',
  '    - relu',
  '    - {type: linear, out_features: 2}',
  'loss: cross_entropy',
  'optimizer: {type: sgd, lr: 0.1}',
  'trainer: {batch_size: 2, max_epochs: 1}',
];

/** Writes the config with some lines (counted from 1) replaced. */
function writeConfig(replaced: Record<number, string>): void {
  const text = lines.map((line, i) => replaced[i + 1] ?? line).join('\n');
  write('config.yaml', `${text}\n`);
}

/** Runs a config with some lines replaced. */
async function run(replaced: Record<number, string>, ...words: string[]) {
  writeConfig(replaced);
  return dltrain(['config.yaml', ...words], { cwd: folder.path });
}

describe('a broken config', () => {
  const cases: [what: string, replaced: Record<number, string>, place: string, said: RegExp][] = [
    [
      'an unknown key',
      { 11: 'trainer: {batch_size: 2, max_epoch: 1}' },
      'config.yaml:11:26',
      /unknown key 'max_epoch'.*\n.*\n +\| +\^{9}\n.*did you mean 'max_epochs'/,
    ],
    [
      'a key of another tool',
      { 11: 'trainer: {batch_size: 2}\nepochs: 3' },
      'config.yaml:12:1',
      /use 'trainer\.max_epochs'/,
    ],
    [
      'a wrong type',
      { 10: 'optimizer: {type: sgd, lr: fast}' },
      'config.yaml:10:28',
      /'optimizer\.lr' must be a number, not "fast"/,
    ],
    ['bad YAML', { 4: '  input: [2' }, 'config.yaml:5:3', /bad YAML/],
    [
      'a missing file',
      { 2: '  train: {type: csv, path: flower.csv, target: kind, target_type: class}' },
      'config.yaml:2:28',
      /no such file.*Did you mean "flowers\.csv"/,
    ],
    [
      'a shape that does not fit',
      { 6: '    - {type: conv2d, out_channels: 4, kernel_size: 3}' },
      'config.yaml:6:7',
      /layer 0 \(conv2d, on input \[2\]\)/,
    ],
    [
      'samples of another shape',
      { 4: '  input: [3]' },
      'config.yaml:4:10',
      /samples have shape \[2\]/,
    ],
    [
      'too few outputs for the classes',
      { 8: '    - {type: linear, out_features: 1}' },
      'config.yaml:9:7',
      /cross_entropy/,
    ],
    [
      'no workers',
      { 11: 'trainer: {batch_size: 2}\nparallel: {workers: 0}' },
      'config.yaml:12:21',
      /must be at least 1, not 0/,
    ],
    [
      'more workers than any machine has cores',
      { 11: 'trainer: {batch_size: 2}\nparallel: {workers: 100000}' },
      'config.yaml:12:21',
      /must be at most 512, not 100000/,
    ],
    [
      'a negative learning rate',
      { 10: 'optimizer: {type: sgd, lr: -0.1}' },
      'config.yaml:10:28',
      /must be at least 0, not -0\.1/,
    ],
    [
      'a monitor of checkpoints without a validation set',
      { 11: 'trainer: {batch_size: 2}\ncheckpoint: {monitor: val_loss}' },
      'config.yaml:12:23',
      /'checkpoint\.monitor' watches the validation set.*\n.*\n.*\n.*add 'data\.val'/,
    ],
    [
      'a monitor of checkpoints that is not measured',
      {
        2: '  train: {type: csv, path: flowers.csv, target: kind, target_type: class}\n  val: {split: 0.5}',
        11: 'trainer: {batch_size: 2}\ncheckpoint: {monitor: val_accuracy}',
      },
      'config.yaml:13:23',
      /'checkpoint\.monitor' is "val_accuracy", which is not measured.*\n.*\n.*\n.*add it to 'metrics'/,
    ],
    [
      'a best checkpoint that is the worst',
      {
        2: '  train: {type: csv, path: flowers.csv, target: kind, target_type: class}\n  val: {split: 0.5}',
        11: 'trainer: {batch_size: 2}\nmetrics: [accuracy]\ncheckpoint: {monitor: val_accuracy}',
      },
      'config.yaml:14:1',
      /'checkpoint' would take a falling val_accuracy.*\n.*\n.*\n.*set mode: max/,
    ],
  ];

  it.each(cases)('%s', async (_, replaced, place, said) => {
    const { code, stdout, stderr } = await run(replaced);
    expect(stderr).toContain(`${place}: error: `);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(path.join(folder.path, 'runs'))).toBe(false);
  });

  it('is answered with all that is wrong at once', async () => {
    const { code, stderr } = await run({
      4: '  inputs: [2]',
      10: 'optimizer: sgdd',
      11: 'train: {}',
    });
    expect(stderr).toMatch(
      /config\.yaml:4:3.*\n(.*\n)*config\.yaml:10:12.*\n(.*\n)*config\.yaml:11:1/,
    );
    expect(stderr).toContain('problems');
    expect(code).toBe(2);
  });

  it('is found by validate, too, where a timer cannot run as long as checkpoints are apart', async () => {
    const validate = (every: string) => {
      writeConfig({ 11: `trainer: {batch_size: 2}\ncheckpoint: {every: ${every}}` });
      return dltrain(['validate', 'config.yaml'], { cwd: folder.path });
    };
    const { code, stderr } = await validate('2147483s');
    expect(stderr).toMatch(
      /config\.yaml:12:21: error: 'checkpoint\.every' is 2147483s, [^]*at most 2147482s/,
    );
    expect(code).toBe(2);
    expect((await validate('2147482s')).code).toBe(0);
  });

  it('is found by every verb where the parameters do not fit into memory', async () => {
    writeConfig({ 6: '    - {type: linear, out_features: 100000000}' });
    for (const verb of ['validate', 'summary', 'train']) {
      const { code, stderr } = await dltrain([verb, 'config.yaml'], { cwd: folder.path });
      expect(stderr).toMatch(
        /^config\.yaml:3:1: error: its parameters need \d+\.\d GiB of memory, and there are .* make its layers smaller/,
      );
      expect(stderr).not.toMatch(/\n {4}at /);
      expect(code).toBe(2);
    }
  });

  it('is named by the override or the variable that broke it', async () => {
    const overridden = await run({}, 'optimizer.lr=-1', '--workers', '0');
    expect(overridden.stderr).toContain('command line, optimizer.lr=-1: error: ');
    expect(overridden.stderr).toContain('command line, parallel.workers=0: error: ');
    const variable = { DLTRAIN_TRAINER__BATCH_SIZE: 'many' };
    const { stderr } = await dltrain(['config.yaml'], { cwd: folder.path, env: variable });
    expect(stderr).toContain('environment, DLTRAIN_TRAINER__BATCH_SIZE=many: error: ');
  });
});

describe('broken data', () => {
  const labels = (count: number, values: readonly number[] = []) =>
    Uint8Array.from([0, 0, 8, 1, 0, 0, 0, count, ...values]);
  const images = (count: number, bytes: number) =>
    Uint8Array.from([
      ...[0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 2],
      ...new Uint8Array(bytes),
    ]);
  const idx = '  train: {type: idx, images: images.idx, labels: labels.idx}';

  it.each([
    ['a truncated IDX file', images(4, 15), labels(4, [0, 1, 0, 1])],
    ['an IDX file with more than it says', images(4, 17), labels(4, [0, 1, 0, 1])],
    ['an IDX file that says more than fits', images(255, 4), labels(4, [0, 1, 0, 1])],
    ['another number of labels', images(4, 16), labels(3, [0, 1, 0])],
    ['a gzip that lies', gzipSync(images(4, 1_000_000)), labels(4, [0, 1, 0, 1])],
    ['a gzip that is cut off', gzipSync(images(4, 16)).subarray(0, 20), labels(4, [0, 1, 0, 1])],
  ])('%s', async (_, imageFile, labelFile) => {
    write('images.idx', imageFile);
    write('labels.idx', labelFile);
    const { code, stdout, stderr } = await run({
      2: idx,
      4: '  input: [1, 2, 2]',
      6: '    - flatten',
    });
    expect(stderr).toMatch(/^config\.yaml:2:10: error: .*\.idx/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a ragged CSV file', async () => {
    write('ragged.csv', 'a,b,kind\n1,2,x\n3,4\n');
    const { code, stderr } = await run({
      2: '  train: {type: csv, path: ragged.csv, target: kind, target_type: class}',
    });
    expect(stderr).toMatch(/ragged\.csv:3:\d+: 2 fields where the header has 3/);
    expect(code).toBe(2);
  });
});

describe('the command line', () => {
  it('prints help with examples, and its version', async () => {
    const help = await dltrain(['--help'], { cwd: folder.path });
    expect(help.code).toBe(0);
    for (const verb of [
      'train',
      'validate',
      'eval',
      'predict',
      'events',
      'bench',
      'verify',
      'init',
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
    expect(help.stdout).toContain('Examples:');
    const version = await dltrain(['--version'], { cwd: folder.path });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.skipIf(process.platform === 'win32')(
    'says so where its working directory is there no more',
    () => {
      const place = mkdtempSync(path.join(folder.path, 'gone-'));
      const script = 'rmdir "$PWD" && exec "$@"';
      const words = ['-c', script, 'sh', process.execPath, commandLine, 'validate', 'config.yaml'];
      const { status, stderr } = spawnSync('sh', words, { cwd: place, encoding: 'utf8' });
      expect(stderr).toBe(
        'error: the working directory is there no more; change to another, such as with cd\n',
      );
      expect(status).toBe(2);
    },
  );

  it('says what is missing, alike for every key', async () => {
    const { code, stderr } = await run({
      3: '#',
      4: '#',
      5: '#',
      6: '#',
      7: '#',
      8: '#',
      9: '#',
      10: '#',
    });
    for (const key of ['model', 'loss', 'optimizer']) {
      expect(stderr).toContain(`config.yaml: error: '${key}' is missing\n      = add`);
    }
    expect(stderr).toContain('add it: one of cross_entropy, ');
    expect(code).toBe(2);
  });

  it('says of a file with two documents that alone', async () => {
    const { stderr } = await run({ 3: '---\nmodel:' });
    expect(stderr).toMatch(/^config\.yaml:3:1: error: a config is one YAML document/);
    expect(stderr.split('error:')).toHaveLength(2);
  });

  it('does not merge, and says so', async () => {
    const { stderr } = await run({ 10: 'optimizer: {type: sgd, lr: 0.1, <<: {momentum: 0.5}}' });
    expect(stderr).toMatch(/unknown key '<<' in 'optimizer'[^]*merging .* is not supported/);
    expect((await run({ 11: 'trainer: {batch_size: 2}\nversion: 2' })).stderr).toContain(
      "'version' must be 1, not 2",
    );
  });

  it.each([
    [[], /no config was given/],
    [['--resume', 'nope'], /there is no run directory: nope/],
    [['trian', 'x.yaml'], /did you mean 'train'/],
    [['nope.yaml'], /^nope\.yaml: error: there is no such file/],
    [['a.yaml', 'b.yaml'], /one config is trained at a time/],
    [['config.yaml', '--wokers', '2'], /unknown option '--wokers'/],
    [['predict', 'runs/x'], /--input/],
    [['eval', 'runs/nothing'], /there is no run directory/],
    [['bench', 'config.yaml', '--workers', 'two'], /whole numbers/],
    [['verify', 'config.yaml', '--steps', '0'], /whole numbers/],
  ])('answers %j with exit code 2', async (words, said) => {
    const { code, stdout, stderr } = await dltrain(words, { cwd: folder.path });
    expect(stderr).toMatch(said);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('prints the config with overrides, defaults and where they came from', async () => {
    const { code, stdout } = await run({}, '--print-config', 'seed=7', 'optimizer.momentum=0.9');
    expect(code).toBe(0);
    expect(stdout).toContain('seed: 7 # command line\n');
    expect(stdout).toContain('  momentum: 0.9 # command line\n');
    expect(stdout).toContain('  max_steps: null # default\n');
    expect(stdout).toContain('  lr: 0.1\n');
    expect(stdout).toContain('  shards: 2 # default\n');
    const made = await run({}, '--print-config', '--workers', '1', 'model.layers.0.out_features=3');
    expect(made.stdout).toContain('  workers: 1 # command line\n');
    expect(made.stdout).toContain('  shards: 2 # default\n');
    expect(made.stdout).toMatch(/out_features: 3, .*\} # command line\n/);
    expect(made.stdout).toMatch(/out_features: 2, .*\}\n/);
  });

  it('lets the command line win over the environment, and that over the file', async () => {
    write('config.yaml', `${lines.join('\n')}\nseed: 1\n`);
    const env = { DLTRAIN_SEED: '2', DLTRAIN_OPTIMIZER__LR: '0.5' };
    const words = ['--print-config', 'optimizer.lr=0.7', 'config.yaml'];
    const { stdout } = await dltrain(words, { cwd: folder.path, env });
    expect(stdout).toContain('seed: 2 # environment\n');
    expect(stdout).toContain('  lr: 0.7 # command line\n');
  });

  it('says which workers have nothing to do', async () => {
    const note =
      '3 workers for 2 leaves: 1 would have nothing to do; at most 2 help with this batch\n';
    const trained = await run({}, '--workers', '3');
    expect(trained.stderr.startsWith(note)).toBe(true);
    expect(trained.code).toBe(0);
    const words = ['validate', 'config.yaml', 'parallel.workers=3'];
    expect((await dltrain(words, { cwd: folder.path })).stderr).toBe(note);
    rmSync(path.join(folder.path, 'runs'), { recursive: true });
  });

  it('validates without training', async () => {
    await run({}, '--print-config');
    const { code, stdout } = await dltrain(['validate', 'config.yaml'], { cwd: folder.path });
    expect(stdout).toBe('config.yaml is valid: 4 training samples\n');
    expect(code).toBe(0);
    expect(existsSync(path.join(folder.path, 'runs'))).toBe(false);
  });

  it('writes a config to start from, once', async () => {
    const first = await dltrain(['init', 'start'], { cwd: folder.path });
    expect(first.stdout).toContain('dltrain start/dltrain.yaml');
    expect(readdirSync(path.join(folder.path, 'start'))).toEqual(['dltrain.yaml', 'spirals.csv']);
    const valid = await dltrain(['validate', 'start/dltrain.yaml'], { cwd: folder.path });
    expect(valid.code).toBe(0);
    const second = await dltrain(['init', 'start'], { cwd: folder.path });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('nothing is overwritten');
  });

  it('trains what the README shows, wherever in a clone it is saved', async () => {
    const readme = readFileSync(path.join(repository, 'README.md'), 'utf8');
    const [, config = ''] = /^```yaml\n([^]*?)^```$/m.exec(readme) ?? [];
    // Looked for from there, packages are found as from the root.
    const place = mkdtempSync(path.join(repository, 'node_modules', '.readme-'));
    try {
      writeFileSync(path.join(place, 'my.yaml'), config);
      const { code, stdout } = await dltrain(['validate', 'my.yaml'], { cwd: place });
      expect(stdout).toBe('my.yaml is valid: 60,000 training samples\n');
      expect(code).toBe(0);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it.each(['mnist-mlp', 'mnist-cnn', 'iris', 'sine'])(
    'finds nothing wrong with %s',
    async (name) => {
      const file = path.join(repository, 'examples', `${name}.yaml`);
      const { code, stderr } = await dltrain(['validate', file], { cwd: folder.path });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );
});
