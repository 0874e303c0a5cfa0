/** Installs the packages of this workspace with pnpm, the pinned Node among them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ToolError, runProgram } from './run-tool.js';
import { contentHash, readJson, readStamp, root, writeStamp } from './workspace.js';

const stampName = 'install';

/** The Node that this workspace pins, if it is installed and runs on this machine. */
export const pinnedNode = path.join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** @returns {boolean} */
export function isInstalled() {
  const stamp = readStamp(stampName);
  return stamp?.state === installState();
}

/** @returns {string | undefined} the version of the pinned Node, or undefined if there is none */
export function pinnedNodeVersion() {
  const version = readStamp(stampName)?.pinnedNode;
  return typeof version === 'string' ? version : undefined;
}

/** What decides whether node_modules is what the manifests and the lockfile ask for. */
function installState() {
  const modules = statSync(path.join(root, 'node_modules/.modules.yaml'), {
    throwIfNoEntry: false,
  });
  if (modules === undefined) return 'not installed';
  const manifests = ['.', 'packages/*', 'apps/*', 'bench', 'test', 'examples']
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const group = pattern.slice(0, -2);
      return readdirSync(path.join(root, group)).map((name) => path.join(group, name));
    })
    .map((directory) => path.join(directory, 'package.json'))
    .filter((file) => existsSync(path.join(root, file)));
  const hash = contentHash(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]);
  return `${hash} ${process.platform} ${process.arch} ${String(modules.mtimeMs)}`;
}

/**
 * @param {Pick<import('./run-tool.js').ToolOptions, 'signal' | 'onStart'>} tool
 * @returns {Promise<void>}
 */
export async function install(tool) {
  const version = pnpmVersion();
  // Everything is needed to build, whatever NODE_ENV says; and nobody is there to be asked.
  const args = ['install', '--prod=false', '--config.confirmModulesPurge=false'];
  const npx = ['-y', `pnpm@${version}`, ...args];
  /** @type {ToolError | undefined} */
  let failure;
  if (await pathHasPnpm(version, tool)) {
    // This pnpm will do: it need not fetch the exact version that package.json names.
    const env = { ...process.env, npm_config_manage_package_manager_versions: 'false' };
    failure = await attempt('pnpm', args, { ...tool, env });
  } else {
    failure = await attempt('npx', npx, tool);
  }
  // The pinned Node comes as a binary, fetched by a script, that this platform may lack or the
  // network lose. All else is JavaScript.
  if (failure && failedOnPinnedNode(failure)) failure = await attempt('npx', npx, tool);
  if (failure && failedOnPinnedNode(failure)) {
    failure = await attempt('npx', [...npx, '--ignore-scripts'], tool);
  }
  if (failure) throw failure;
  const pinned = await probeVersion(pinnedNode, tool);
  writeStamp(stampName, { state: installState(), pinnedNode: pinned ?? null });
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {import('./run-tool.js').ToolOptions} tool
 * @returns {Promise<ToolError | undefined>} how it failed, if it did
 */
async function attempt(program, args, tool) {
  try {
    await runProgram(program, args, tool);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError && !tool.signal.aborted) return error;
    throw error;
  }
}

/** @param {ToolError} failure */
function failedOnPinnedNode(failure) {
  return /[/\\]node preinstall: Failed/.test(failure.output);
}

/** The version of pnpm that package.json names. */
function pnpmVersion() {
  const { packageManager } = readJson('package.json');
  const version = /^pnpm@(\d+\.\d+\.\d+)/.exec(String(packageManager))?.[1];
  if (version === undefined) throw new Error('package.json must name pnpm as its packageManager.');
  return version;
}

/**
 * @param {string} version
 * @param {Pick<import('./run-tool.js').ToolOptions, 'signal' | 'onStart'>} tool
 */
async function pathHasPnpm(version, tool) {
  // Asked outside the workspace, it answers with its own version.
  const found = await probeVersion('pnpm', { ...tool, cwd: tmpdir() });
  return found?.split('.')[0] === version.split('.')[0];
}

/**
 * @param {string} program
 * @param {Pick<import('./run-tool.js').ToolOptions, 'signal' | 'onStart' | 'cwd'>} tool
 * @returns {Promise<string | undefined>} undefined if there is no such program or it does not run
 */
async function probeVersion(program, tool) {
  try {
    const printed = await runProgram(program, ['--version'], tool);
    return /^v?(\d+\.\d+\.\d+)/.exec(printed.trim())?.[1];
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
