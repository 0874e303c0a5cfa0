import { Command, CommanderError } from 'commander';
import { ConfigError, renderProblems } from './config/problem.js';
import { DltrainError } from '@dltrain/core';
import { RunDirectoryError } from './run-directory.js';
import { colorsFor, survivePipes } from './terminal.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';
import { withVerb } from './words.js';

const examples = `
Examples:
  dltrain init my-project                          a config to start from, and data
  dltrain my-project/dltrain.yaml                  train it
  dltrain config.yaml optimizer.lr=0.1 seed=7      change values of the config
  dltrain config.yaml --workers 2 --json           two workers, events as JSON on stdout
  dltrain validate config.yaml                     check all of it without training
  dltrain eval runs/mnist-20250131-120000          measure the weights of a run
  dltrain predict runs/mnist-20250131-120000 --input images.idx --output out.csv
  dltrain bench config.yaml --workers 1,2          samples a second for each worker count

A value comes from the command line before DLTRAIN_SECTION__KEY before the file before the default.
Exit codes: 0 done, 1 training failed, 2 usage or config, 130 and 143 stopped by a signal.`;

/** Runs one command line (without node and script) and tells the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  survivePipes((name) => {
    if (name === 'stdout' && process.exitCode === undefined) {
      process.stderr.write('dltrain: nobody reads the output any more; it goes on without\n');
    }
  });
  let code = 0;
  const program = commandLine((exitCode) => (code = exitCode));
  try {
    const verbs = program.commands.map((command) => command.name());
    await program.parseAsync(withVerb(argv, [...verbs, 'help']), { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error);
  }
}

function commandLine(done: (exitCode: number) => void): Command {
  const program = new Command('dltrain')
    .description('Trains neural networks on every core, the same to the bit each time.')
    .usage('[train] config.yaml [key=value ...] [options]\n       dltrain <command> ...')
    .version(version)
    .addHelpText('after', examples)
    .exitOverride();
  const verb = (name: string, words: string, description: string): Command =>
    program
      .command(`${name}${words === '' ? '' : ` ${words}`}`)
      .description(description)
      .exitOverride();

  verb('train', '[words...]', 'train what a config describes (the default command)')
    .usage('config.yaml [key=value ...] [options]')
    .option('--workers <n>', 'threads that train; any number gives the same weights')
    .option('--run-dir <dir>', 'where the results go; must not exist or be empty')
    .option('--json', 'events as one JSON object a line on stdout')
    .option('--print-config', 'print the config with overrides and defaults, and exit')
    .option('--quiet', 'no progress, only the result')
    .action(async (words: string[], flags: object) => {
      const { train } = await import('./verbs/train.js');
      done(await train(words, flags));
    });
  verb('validate', '[words...]', 'check a config and its data without training')
    .usage('config.yaml [key=value ...]')
    .action(async (words: string[]) => {
      const { validate } = await import('./verbs/validate.js');
      done(await validate(words));
    });
  verb('init', '[dir]', 'write a commented config to start from, and data for it').action(
    async (directory: string | undefined) => {
      const { init } = await import('./verbs/init.js');
      done(init(directory ?? '.'));
    },
  );
  return program;
}

/** Says what went wrong on stderr, with a stack only where it is nobody's mistake but ours. */
function reportError(error: unknown): number {
  const colors = colorsFor(process.stderr, process.env);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if (error instanceof CommanderError) {
    // Commander has said it already.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof ConfigError) {
    say(renderProblems(error.problems, colors));
    return 2;
  }
  if (error instanceof DltrainError) {
    say(`${colors.red('error')}: ${error.message}`);
    return error instanceof UsageError || error instanceof RunDirectoryError ? 2 : 1;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
