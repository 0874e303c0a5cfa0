/**
 * Builds every package: AssemblyScript to .wasm, TypeScript to dist and its modules joined to one, the
 * schemas of proto/ to where the runtime reads them, and the references of configs and ops. Only what
 * has changed is done again.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runScript } from './run-tool.js';
import { builtPackages, contentHash, filesBelow, fingerprint } from './workspace.js';
import { readJson, readStamp, root, writeStamp } from './workspace.js';

const stampName = 'build';
const kernelStampName = 'build-kernels';

const kernels = path.join('packages', 'kernels');
const kernelOutputs = ['exact.wasm', 'relaxed.wasm'].map((f) => path.join(kernels, 'dist', f));
const entry = path.join('apps', 'dltrain', 'dist', 'bin.js');

/** Writes what is derived from the config's schema: the JSON Schema for editors, the docs. */
const reference = path.join('apps', 'dltrain', 'scripts', 'write-reference.js');

/** Writes what is derived from the registry of ops: their table in the docs. */
const opTable = path.join('scripts', 'write-ops.js');

/** Joins the modules of a package; loaded only where one exports the result. */
const bundler = path.join('scripts', 'bundle.js');
const bundleEntry = 'dist/bundle/index.js';

/** @typedef {Pick<import('./run-tool.js').ToolOptions, 'signal' | 'onStart'>} ToolContext */

/** @returns {boolean} whether every output is there and made from the sources as they are */
export function isBuilt() {
  const stamp = readStamp(stampName);
  return stamp?.sources === sourceState() && outputs().every(isThere);
}

/**
 * @param {ToolContext} tool
 * @returns {Promise<void>}
 */
export async function build(tool) {
  const sources = sourceState(); // of the beginning: what changes meanwhile is built next time
  removeOrphans();
  const compiled = await Promise.allSettled([
    buildKernels(tool),
    runScript('node_modules/typescript/lib/tsc.js', ['-b', 'tsconfig.build.json'], tool),
  ]);
  for (const result of compiled) if (result.status === 'rejected') throw result.reason;
  copySchemas();
  const bundled = builtPackages().filter(exportsBundle);
  if (bundled.length > 0) await runScript(bundler, bundled, tool);
  if (isThere(reference)) await runScript(reference, [], tool);
  if (isThere('docs/ops.md')) await runScript(opTable, [], tool);
  writeStamp(stampName, { sources });
}

/** @returns {string[]} what a build must have made, as far as its sources are there */
function outputs() {
  const indexes = builtPackages().flatMap((directory) =>
    isThere(path.join(directory, 'src/index.ts')) ? [path.join(directory, 'dist/index.js')] : [],
  );
  const bundles = builtPackages()
    .filter(exportsBundle)
    .map((directory) => path.join(directory, bundleEntry));
  return [
    ...indexes,
    ...bundles,
    ...kernelOutputs,
    ...(isThere('apps/dltrain/src/bin.ts') ? [entry] : []),
  ];
}

/** @param {string} directory a package, relative to the root */
function exportsBundle(directory) {
  const manifest = path.join(directory, 'package.json');
  return (
    isThere(manifest) && JSON.stringify(readJson(manifest).exports ?? {}).includes(bundleEntry)
  );
}

/** @param {string} file relative to the root */
function isThere(file) {
  return existsSync(path.join(root, file));
}

function sourceState() {
  const inPackages = ['src', 'assembly', 'scripts', 'package.json', 'tsconfig.json'];
  const files = [
    ...[
      'pnpm-lock.yaml',
      'tsconfig.base.json',
      'tsconfig.build.json',
      'scripts/build-steps.js',
      opTable,
      bundler,
    ],
    ...filesBelow('proto'),
    ...builtPackages().flatMap((directory) =>
      inPackages.flatMap((place) => filesBelow(path.join(directory, place))),
    ),
  ];
  return fingerprint(files.filter((file) => !file.endsWith('.test.ts')));
}

/**
 * The AssemblyScript compiler has no incremental mode and takes long, so whether it must run is
 * decided by contents and not by times.
 *
 * @param {ToolContext} tool
 */
async function buildKernels(tool) {
  const sources = contentHash([
    ...filesBelow(path.join(kernels, 'assembly')),
    ...filesBelow(path.join(kernels, 'scripts')),
  ]);
  const { version } = readJson('node_modules/assemblyscript/package.json');
  const state = `${sources} assemblyscript@${String(version)}`;
  const isCurrent = readStamp(kernelStampName)?.state === state && kernelOutputs.every(isThere);
  if (isCurrent) return;
  await runScript(path.join(kernels, 'scripts', 'build.js'), [], tool);
  writeStamp(kernelStampName, { state });
}

/** The runtime reads the schemas at run time, from beside its own code. */
function copySchemas() {
  const target = path.join('packages', 'runtime', 'dist');
  for (const file of filesBelow('proto')) {
    if (!file.endsWith('.proto')) continue;
    const copy = path.join(root, target, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    copyFileSync(path.join(root, file), copy);
  }
  for (const copy of filesBelow(path.join(target, 'proto'))) {
    if (!isThere(path.relative(target, copy))) rmSync(path.join(root, copy));
  }
}

/** Deletes what was made from sources that are gone, and bundles, which are made each time: all would be packed. */
function removeOrphans() {
  for (const directory of builtPackages()) {
    const dist = path.join(directory, 'dist');
    for (const file of filesBelow(dist)) {
      const stem = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(path.relative(dist, file))?.[1];
      if (stem === undefined) continue;
      const source = path.join(directory, 'src', stem);
      const isKept = ['.ts', '.js', '.d.ts'].some((extension) => isThere(source + extension));
      if (!isKept || stem.endsWith('.test')) rmSync(path.join(root, file));
    }
  }
}
