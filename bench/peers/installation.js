/** Peers from npm, which are installed on request into a folder of their own: nobody else needs them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { cacheDirectory } from '../../scripts/workspace.js';

const folder = path.join(cacheDirectory, 'bench-peers');

/** Exact versions, so that figures can be compared. */
const packages = {
  '@jax-js/jax': '0.1.25',
  '@tensorflow/tfjs': '4.22.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
};

/** @typedef {keyof typeof packages} PeerPackage */

/** Installs them all with npm, outside of the workspace and its lockfile. */
export function installPeers() {
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, dependencies: packages };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  execFileSync(npm, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/**
 * @param {PeerPackage} name
 * @returns {{ version: string, main: string } | null} null when it is not installed; main is an URL
 */
export function installedPeer(name) {
  const place = path.join(folder, 'node_modules', name);
  const manifest = path.join(place, 'package.json');
  if (!existsSync(manifest)) return null;
  const { version, main } = /** @type {{ version: string, main: string }} */ (
    JSON.parse(readFileSync(manifest, 'utf8'))
  );
  return { version, main: pathToFileURL(path.join(place, main)).href };
}
