import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestCheckpoint } from '@dltrain/runtime';
import type { Beginning } from './beginning.js';
import type { LoadedConfig } from './config/load.js';
import { followingWords, goOnCommand, withoutResume } from './go-on-command.js';
import type { GoOnFlags } from './go-on-command.js';
import { formatCount } from './progress/format.js';
import { isUnused, makeRunDirectory, putAside, writingTo } from './run-directory.js';
import { RunLock } from './run-lock.js';
import { supervise } from './supervise.js';
import type { Death } from './supervise.js';
import { colorsFor, writeTo } from './terminal.js';
import { UsageError } from './usage-error.js';

/** The flags of training that the process under supervision is to have as well. */
interface SupervisedFlags extends GoOnFlags {
  readonly force?: boolean;
  readonly runDir?: string;
}

const commandLine = fileURLToPath(new URL('bin.js', import.meta.url));

/** Trains in a process of its own, which goes on from its last checkpoint when something kills it. */
export async function superviseTraining(
  { config }: LoadedConfig,
  words: readonly string[],
  flags: SupervisedFlags,
  beginning: Exclude<Beginning, { kind: 'ended' }>,
): Promise<number> {
  if (flags.force === true) {
    throw new UsageError(
      '--force and --supervise do not go together; write init_from=RUN/model.safetensors, or leave one out',
    );
  }
  const runDirectory = await directoryOf(config, beginning, flags.runDir);
  const said = withoutResume(words);
  const options = [...followingWords(flags), '--supervised'];
  const source = beginning.kind === 'branch' ? JSON.stringify(beginning.from) : 'null';
  const first = [`resume=${source}`, '--run-dir', runDirectory];
  const shown = relative('', runDirectory) || '.';
  const { red, cyan, yellow } = colorsFor(process.stderr, process.env);
  const say = (text: string): void => writeTo(process.stderr, `${text}\n`);
  const code = await supervise({
    firstWaitMs: 500,
    reached: async () => (await newestCheckpoint(runDirectory))?.step ?? null,
    arguments: async (reached) => {
      if (reached === null) await clear(runDirectory);
      const how = reached === null ? first : [`resume=${JSON.stringify(runDirectory)}`];
      return [...process.execArgv, commandLine, 'train', ...said, ...how, ...options];
    },
    onRestart: ({ cause, reached, restart }) => {
      const where = reached === null ? 'from the beginning' : `from step ${formatCount(reached)}`;
      say(yellow(`the training process died of ${cause}: starting it again ${where}`));
      if (flags.json !== true) return;
      const event = { event: 'restart', restart, cause, step: reached, run_dir: runDirectory };
      writeTo(process.stdout, `${JSON.stringify(event)}\n`);
    },
    onGivingUp: (death) => {
      say(`${red('training failed')}: ${lastWords(death)}`);
      say(`the log is in ${shown}`);
      if (death.reached === null) return;
      say(`go on with: ${cyan(goOnCommand(words, flags, runDirectory))}`);
    },
  });
  // Made here, and never filled: its run did not begin.
  const isOurs = beginning.kind !== 'continue' && flags.runDir === undefined;
  if (isOurs && existsSync(runDirectory) && readdirSync(runDirectory).length === 0) {
    rmdirSync(runDirectory);
  }
  return code;
}

function lastWords({ cause, deaths, reached }: Death): string {
  const what = `the training process died ${deaths} times without a new checkpoint in between`;
  const advice =
    reached === null
      ? 'write checkpoints more often (checkpoint.every)'
      : 'look at the log of the system, such as for lack of memory';
  return `${what}, the last time of ${cause}; ${advice}`;
}

async function directoryOf(
  { output_dir: outputDirectory, name }: LoadedConfig['config'],
  beginning: Exclude<Beginning, { kind: 'ended' }>,
  asked: string | undefined,
): Promise<string> {
  if (beginning.kind === 'continue') return beginning.runDirectory;
  if (asked !== undefined) return resolve(asked);
  const options = { asked, outputDirectory: resolve(outputDirectory), name, now: new Date() };
  return writingTo(options.outputDirectory, () => makeRunDirectory(options));
}

/** Puts aside what a process left that died before its first checkpoint. */
async function clear(runDirectory: string): Promise<void> {
  if (isUnused(runDirectory)) return;
  const lock = await RunLock.take(runDirectory);
  try {
    putAside(runDirectory);
  } finally {
    lock.release();
  }
}
