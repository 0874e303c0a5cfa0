import process from 'node:process';
import { installedPinnedNode, userNode } from '../scripts/choose-node.js';

/**
 * The Nodes to train under: the one that runs this, then the user's own and the pinned one where they
 * have another major version.
 *
 * @param {boolean} quick the first alone
 * @returns {string[]} their paths
 */
export function nodesToTrainUnder(quick) {
  const here = { path: process.execPath, version: process.versions.node };
  const others = quick ? [] : [userNode(), installedPinnedNode()];
  const byMajor = new Map([[majorOf(here.version), here.path]]);
  for (const other of others) {
    if (other !== undefined && !byMajor.has(majorOf(other.version))) {
      byMajor.set(majorOf(other.version), other.path);
    }
  }
  return [...byMajor.values()];
}

/** @param {string} version */
function majorOf(version) {
  return Number(version.split('.')[0]);
}
