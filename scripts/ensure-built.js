/**
 * Installs and builds what is missing or stale, once, whoever asks: `./dltrain`, `npm start`,
 * `npm test` and `npm run build` all begin here. When nothing has changed, that is found out from
 * file times in a few milliseconds.
 */
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build, isBuilt } from './build-steps.js';
import { install, isInstalled } from './install.js';
import { withLock } from './lock.js';
import { ToolError } from './run-tool.js';
import { cacheDirectory } from './workspace.js';

const oldestNode = { major: 20, minor: 19 };

/** @returns {Promise<void>} ends the process if it fails, after saying why on stderr */
export async function ensureBuilt() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const { major: oldestMajor, minor: oldestMinor } = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    const oldest = `${String(oldestMajor)}.${String(oldestMinor)}`;
    say(`Node ${process.versions.node} is too old; ${oldest} or later is needed.`);
    process.exit(1);
  }
  if (isInstalled() && isBuilt()) return;

  const interruption = new AbortController();
  let interruptedBy = 0;
  /** @param {NodeJS.Signals} signal */
  const interrupt = (signal) => {
    interruptedBy = constants.signals[signal];
    interruption.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    await installAndBuild(interruption.signal);
  } catch (error) {
    if (interruptedBy !== 0) process.exit(128 + interruptedBy);
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(error.output);
    say(`failed: ${error.message}`);
    process.exit(1);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** @param {AbortSignal} signal */
async function installAndBuild(signal) {
  mkdirSync(cacheDirectory, { recursive: true });
  await withLock(
    path.join(cacheDirectory, 'lock'),
    async (lock) => {
      /** @type {import('./build-steps.js').ToolContext} */
      const tool = {
        signal,
        onStart: (pid) => {
          lock.addProcess(pid);
        },
      };
      // Asked again: another process may have done it while this one waited.
      if (!isInstalled()) {
        say('installing packages...');
        await install(tool);
      }
      if (!isBuilt()) {
        say('building...');
        await build(tool);
      }
    },
    () => {
      say('waiting for another process that installs or builds...');
    },
    signal,
  );
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`dltrain: ${text}\n`);
}
