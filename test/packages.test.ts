import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const directories = [
  ...readdirSync(path.join(root, 'packages')).map((name) => path.join(root, 'packages', name)),
  path.join(root, 'apps', 'dltrain'),
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Tarball extends Manifest {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; if it fails, what it printed is in the error. */
async function run(program: string, args: readonly string[], options: ExecFileOptions) {
  try {
    return await execute(program, args, { ...options, encoding: 'utf8' });
  } catch (error) {
    const { stdout, stderr } = error as Printed;
    throw new Error([program, ...args, '\n', stdout, stderr].join(' '), { cause: error });
  }
}

/** npm, not as a script of this workspace sees it but as a person in `cwd` would. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const inherited = Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key));
  const env = Object.fromEntries(inherited);
  const { stdout } = await run('npm', args, { cwd, env, shell: process.platform === 'win32' });
  return stdout;
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Manifest;
}

const consumer = path.join(mkdtempSync(path.join(tmpdir(), 'dltrain-packages-')), 'consumer');
const tarballs: Tarball[] = [];

beforeAll(async () => {
  mkdirSync(consumer);
  for (const directory of directories) {
    const destination = path.dirname(consumer);
    const options = ['--json', '--ignore-scripts', '--pack-destination', destination];
    const printed = JSON.parse(await npm(['pack', ...options], directory)) as [Tarball];
    tarballs.push(printed[0]);
  }
});

afterAll(() => {
  rmSync(path.dirname(consumer), { recursive: true, force: true });
});

describe('the packages', () => {
  it('hold what they need and nothing else', () => {
    expect(tarballs.map(({ name }) => name).sort()).toEqual([
      '@dltrain/core',
      '@dltrain/data',
      '@dltrain/kernels',
      '@dltrain/nn',
      '@dltrain/runtime',
      'dltrain',
    ]);
    for (const { name, files } of tarballs) {
      const paths = files.map((file) => file.path);
      expect(paths, name).toEqual(
        expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js']),
      );
      const unwanted = paths.filter(
        (file) =>
          !/^(LICENSE|README\.md|package\.json|dist\/.*\.(js|d\.ts|wasm|proto|json))$/.test(file) ||
          /\.test\.|test-support/.test(file),
      );
      expect(unwanted, name).toEqual([]);
    }
    const filesOf = (name: string) =>
      tarballs.find((tarball) => tarball.name === name)?.files.map((file) => file.path);
    expect(filesOf('@dltrain/kernels')).toEqual(
      expect.arrayContaining(['dist/exact.wasm', 'dist/relaxed.wasm']),
    );
    expect(filesOf('@dltrain/runtime')).toEqual(
      expect.arrayContaining(
        readdirSync(path.join(root, 'proto')).map((name) => `dist/proto/${name}`),
      ),
    );
    expect(filesOf('dltrain')).toContain('dist/bin.js');
  });

  it('depend on each other by versions that npm understands', () => {
    const manifests = directories.map(manifestOf);
    const versions = new Map(manifests.map(({ name, version }) => [name, version]));
    for (const { name, dependencies = {} } of manifests) {
      for (const [dependency, range] of Object.entries(dependencies)) {
        expect(range, `${name} on ${dependency}`).toMatch(/^[\^~]?\d+\.\d+\.\d+$/);
        if (versions.has(dependency)) expect(range).toBe(versions.get(dependency));
      }
    }
  });
});

describe('the packages, installed outside the workspace', () => {
  beforeAll(async () => {
    writeFileSync(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
    writeFileSync(path.join(consumer, 'points.csv'), points());
    writeFileSync(path.join(consumer, 'points.yaml'), config);
    writeFileSync(path.join(consumer, 'library.ts'), library);
    const files = tarballs.map(({ filename }) => path.join('..', filename));
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], consumer);
  });

  const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: consumer });

  it('put the command in place, which trains', async () => {
    const command = ['exec', '--', 'dltrain'];
    const version = await npm([...command, '--version'], consumer);
    expect(version.trim()).toBe(manifestOf(path.join(root, 'apps', 'dltrain')).version);
    const options = ['points.yaml', '--run-dir', 'run', '--workers', '2', '--json'];
    const lines = (await npm([...command, ...options], consumer)).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      event: 'done',
      metrics: { val_accuracy: 1 },
    });
  });

  it('train and predict in a script', async () => {
    // A consumer's own compiler, strict about our declarations too, is content with it.
    const tsc = path.join(root, 'node_modules', 'typescript', 'lib', 'tsc.js');
    const strict = ['--strict', '--skipLibCheck', 'false', '--module', 'nodenext'];
    const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules', '@types')];
    const compiled = await node(tsc, '--target', 'es2023', ...strict, ...types, 'library.ts');
    expect(compiled.stdout).toBe('');
    const { stdout } = await node('library.js');
    expect(JSON.parse(stdout)).toEqual({ steps: 10, linear: [3, 2], classes: [1, 0] });
  });
});

/** Points of two classes, `high` (0) and `low` (1), that a line parts. */
function points(): string {
  const rows = Array.from({ length: 80 }, (_, i) => {
    const side = i % 2;
    return `${(i / 80).toFixed(3)},${(side * 2 + i / 80).toFixed(3)},${side === 0 ? 'low' : 'high'}`;
  });
  return ['x,y,place', ...rows].join('\n');
}

const config = `
version: 1
name: points
data:
  train: {type: csv, path: points.csv, target: place, target_type: class}
  val: {split: 0.25}
model: {input: [2], layers: [{type: linear, out_features: 2}]}
loss: cross_entropy
metrics: [accuracy]
optimizer: {type: adam, lr: 0.1}
trainer: {batch_size: 20, max_epochs: 20}
`;

/** Uses the run that the command has left. */
const library = `
import { data, loadModel, nn, tensor, train } from 'dltrain';

const points = await data.readCsv('points.csv', { target: 'place', targetType: 'class' });
const run = train({
  data: { train: points },
  model: { input: [2], layers: [{ type: 'linear', outFeatures: 2 }] },
  loss: 'cross_entropy',
  optimizer: { type: 'sgd', lr: 0.1 },
  trainer: { batchSize: 16, maxEpochs: 2 },
  parallel: { workers: 2 },
});
let steps = 0;
for await (const event of run) if (event.event === 'step') steps += 1;
await run.result;

const linear = new nn.Linear(2, 2).forward(tensor([[1, 2], [3, 4], [5, 6]])).shape;
const model = await loadModel('run');
const classes = [...(model.predict([[0.5, 0.5], [0.5, 2.5]]).classes ?? [])];
console.log(JSON.stringify({ steps, linear, classes }));
`;
