import { execFile } from 'node:child_process';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = ['kernels', 'core', 'nn', 'data', 'runtime'];
const run = promisify(execFile);

/** A change of one place in a file of the built packages or of the kernels' sources. */
export interface Mutation {
  /** Relative to `packages/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Prints the hash of a short run for each number of workers: a net with dropout and a convolution. */
const program = `
  import { datasetFromArrays } from '@dltrain/data';
  import { train } from '@dltrain/runtime';
  const inputs = Float32Array.from({ length: 400 * 36 }, (_, i) => ((i * 7919) % 1000) / 500 - 1);
  const targets = Int32Array.from({ length: 400 }, (_, i) => i % 5);
  const data = { train: datasetFromArrays({ inputs, shape: [1, 6, 6], targets }) };
  const conv = { type: 'conv2d', outChannels: 16, kernelSize: 3, padding: 'same' };
  const wide = { type: 'linear', outFeatures: 8 };
  const out = { type: 'linear', outFeatures: 5 };
  const layers = [conv, 'relu', 'flatten', { type: 'dropout', p: 0.2 }, wide, 'relu', out];
  for (const workers of process.argv.slice(2).map(Number)) {
    const { weightsSha256 } = await train({
      seed: 3, data, model: { input: [1, 6, 6], layers }, loss: 'cross_entropy',
      optimizer: { type: 'sgd', lr: 0.05, momentum: 0.9 },
      trainer: { batchSize: 100, maxSteps: 6, clipGradNorm: 1 }, parallel: { workers, shards: 8 },
    }).result;
    console.log(weightsSha256);
  }
`;

/**
 * Hashes of a short run, by number of workers, of a copy of the packages with some places changed.
 * @throws when a place is not there, so that a mutation cannot silently become none
 */
export async function hashesOfMutant(
  mutations: readonly Mutation[],
  workers: readonly number[],
): Promise<string[]> {
  const copy = await mkdtemp(path.join(tmpdir(), 'dltrain-mutant-'));
  try {
    await copyPackages(copy);
    for (const { file, from, to } of mutations) {
      const place = path.join(copy, 'node_modules/@dltrain', file);
      const text = await readFile(place, 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${file} does not hold, once: ${from}`);
      await writeFile(
        place,
        text.replace(from, () => to),
      );
    }
    if (mutations.some(({ file }) => file.includes('/assembly/'))) {
      await run(process.execPath, ['node_modules/@dltrain/kernels/scripts/build.js'], {
        cwd: copy,
      });
    }
    await writeFile(path.join(copy, 'run.mjs'), program);
    const { stdout } = await run(process.execPath, ['run.mjs', ...workers.map(String)], {
      cwd: copy,
    });
    return stdout.trim().split('\n');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** The built packages as plain folders, with what they depend on linked beside them. */
async function copyPackages(copy: string): Promise<void> {
  const modules = path.join(copy, 'node_modules');
  await mkdir(path.join(modules, '@dltrain'), { recursive: true });
  const linked = new Set<string>();
  const link = async (folder: string): Promise<void> => {
    for (const name of await readdir(folder)) {
      if (name.startsWith('.') || name.startsWith('@') || linked.has(name)) continue;
      linked.add(name);
      await symlink(await realpath(path.join(folder, name)), path.join(modules, name));
    }
  };
  for (const name of packages) {
    const source = path.join(root, 'packages', name);
    const copied = path.join(modules, '@dltrain', name);
    for (const part of ['dist', ...(name === 'kernels' ? ['assembly', 'scripts'] : [])]) {
      await cp(path.join(source, part), path.join(copied, part), { recursive: true });
    }
    // The modules themselves, in which there is something to change, not what they are joined into.
    const description = await readFile(path.join(source, 'package.json'), 'utf8');
    await writeFile(
      path.join(copied, 'package.json'),
      description.replace('/dist/bundle/', '/dist/'),
    );
    // The kernels depend on nothing.
    if (name !== 'kernels') await link(path.join(source, 'node_modules'));
  }
  await link(path.join(root, 'node_modules'));
}
