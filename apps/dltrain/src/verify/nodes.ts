import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../usage-error.js';

/** A Node that can train. */
export interface NodeAtHand {
  readonly path: string;
  /** Such as `24.21.0`. */
  readonly version: string;
}

const answerMs = 20_000;
const executable = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * The Nodes to train on, one of each version: the one that runs this, the one that the workspace pins, those on
 * the PATH, and those that were asked for.
 *
 * @throws UsageError for one that was asked for and cannot be used
 */
export async function findNodes(
  asked: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<NodeAtHand[]> {
  const nodes: NodeAtHand[] = [{ path: process.execPath, version: process.versions.node }];
  for (const path of new Set([...pinnedNodes(), ...nodesOnPath(environment)])) {
    const version = await versionOf(path);
    if (typeof version === 'string' && isNewEnough(version)) nodes.push({ path, version });
  }
  for (const path of asked) {
    const version = await versionOf(path);
    if (typeof version !== 'string') {
      throw new UsageError(`--node ${path} is no Node: ${version.message}; give its path`);
    }
    if (!isNewEnough(version)) {
      throw new UsageError(`--node ${path} is Node ${version}; dltrain needs 20.19 or later`);
    }
    nodes.push({ path, version });
  }
  return oneOfEachVersion(nodes);
}

/** The first of each version, in the order given. */
export function oneOfEachVersion(nodes: readonly NodeAtHand[]): NodeAtHand[] {
  return nodes.filter(
    ({ version }, i) => nodes.findIndex((other) => other.version === version) === i,
  );
}

/** The npm package `node` puts one into a folder: beside this package, or where the user is. */
function pinnedNodes(): string[] {
  const places = [import.meta.url, join(process.cwd(), 'package.json')];
  const folders = places.flatMap((place) => createRequire(place).resolve.paths('node/') ?? []);
  return folders.map((folder) => join(folder, 'node', 'bin', executable)).filter(existsSync);
}

function nodesOnPath({ PATH = '' }: NodeJS.ProcessEnv): string[] {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, executable)).filter(existsSync);
}

/** What a Node says its version is; an error when it says nothing of the kind. */
async function versionOf(path: string): Promise<string | Error> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: answerMs });
    const [, version] = /^v(\d+\.\d+\.\d+\S*)\s*$/.exec(stdout) ?? [];
    return version ?? new Error('it does not tell a version');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @param version such as `20.19.0` */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}
