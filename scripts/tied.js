/**
 * Runs another script in a process whose life is tied to its parent's: `node tied.js SCRIPT ARGS`,
 * spawned with an IPC channel. When the parent is gone, even by SIGKILL, so is this process, just
 * as if it were the parent.
 */
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [node = process.execPath, , script, ...args] = process.argv;
if (script === undefined) throw new Error('tied.js needs a script to run.');

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
process.channel?.unref(); // the channel alone keeps nothing running

process.argv = [node, script, ...args];
await import(pathToFileURL(script).href);
