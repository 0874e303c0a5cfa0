/** Starts the command of apps/dltrain, installed and built, under the best Node at hand. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { chooseNode } from './choose-node.js';
import { ensureBuilt } from './ensure-built.js';
import { root } from './workspace.js';

const entry = path.join(root, 'apps', 'dltrain', 'dist', 'bin.js');

/**
 * @param {string[]} args
 * @returns {Promise<void>}
 */
export async function launch(args) {
  // So that what the command says to type can be typed in a clone.
  process.env.DLTRAIN_LAUNCHER = path.join(root, 'dltrain');
  await ensureBuilt();
  const node = chooseNode();
  if (node.note !== undefined) process.stderr.write(`dltrain: ${node.note}\n`);
  if (isThisNode(node.path)) await runHere(args);
  else await runUnder(node.path, args);
}

/** @param {string} file */
function isThisNode(file) {
  return existsSync(file) && realpathSync(file) === realpathSync(process.execPath);
}

/** @param {string[]} args */
async function runHere(args) {
  process.argv = [process.execPath, entry, ...args];
  await import(pathToFileURL(entry).href);
}

/**
 * Node cannot replace its own process, so this one stays, and does as the other does.
 *
 * @param {string} node
 * @param {string[]} args
 */
async function runUnder(node, args) {
  const child = spawn(node, [path.join(root, 'scripts', 'tied.js'), entry, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // Ctrl-C in a terminal reaches the child by itself too; it takes both as one. On Windows it is
  // all there is, and kill() would end the child at once.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (process.platform !== 'win32') child.kill(signal);
    });
  }
  /** @type {number} */
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`dltrain: cannot start ${node}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (status, signal) => {
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
  });
  process.exit(code);
}
