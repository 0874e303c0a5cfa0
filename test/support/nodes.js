import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const pinnedNode = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** @typedef {{ readonly path: string, readonly version: string }} NodeAtHand */

/**
 * The Node that runs this, and the pinned one where it is installed and another.
 *
 * @returns {[NodeAtHand, ...NodeAtHand[]]}
 */
export function nodesAtHand() {
  const here = { path: process.execPath, version: process.versions.node };
  if (!existsSync(pinnedNode)) return [here];
  const answer = execFileSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  const version = answer.trim().slice(1);
  return version === here.version ? [here] : [here, { path: pinnedNode, version }];
}
