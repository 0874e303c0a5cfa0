/**
 * Which Node runs the command: the user's own if it is 24 or later, else the one that this
 * workspace pins, else the user's own, slower. DLTRAIN_NODE, the path of a Node, overrules that.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pinnedNode, pinnedNodeVersion } from './install.js';
import { root } from './workspace.js';

/** From here on V8 can run the kernels on 256-bit vectors. */
const fastMajor = 24;

/** @typedef {{ path: string, version: string }} Node */

/** @returns {{ path: string, note?: string }} `note` is worth a line on stderr */
export function chooseNode() {
  const forced = process.env.DLTRAIN_NODE;
  if (forced) return { path: forced };
  const user = userNode();
  if (majorOf(user) >= fastMajor) return user;
  const pinned = installedPinnedNode();
  if (pinned) return pinned;
  const better = `Node ${String(fastMajor)} or later trains up to twice as fast`;
  return { path: user.path, note: `running on Node ${user.version}; ${better}.` };
}

/** @returns {Node | undefined} */
export function installedPinnedNode() {
  const version = pinnedNodeVersion();
  return version === undefined ? undefined : { path: pinnedNode, version };
}

/**
 * The Node the user has, which is not always the one that runs this: npm puts node_modules/.bin,
 * and with it the pinned Node, in front of the PATH of its scripts.
 *
 * @returns {Node}
 */
export function userNode() {
  const current = { path: process.execPath, version: process.versions.node };
  if (!isInside(process.execPath)) return current;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [
    process.env.npm_node_execpath ?? '',
    ...(process.env.PATH ?? '').split(path.delimiter).map((place) => path.join(place, name)),
  ];
  const file = candidates.find((candidate) => existsSync(candidate) && !isInside(candidate));
  if (file === undefined) return current;
  const printed = execFileSync(file, ['--version'], { encoding: 'utf8' });
  return { path: file, version: printed.trim().replace(/^v/, '') };
}

/** @param {string} file */
function isInside(file) {
  return !path.relative(realpathSync(root), realpathSync(file)).startsWith('..');
}

/** @param {Node} node */
function majorOf(node) {
  return Number(node.version.split('.')[0]);
}
