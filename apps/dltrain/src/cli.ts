import { Command, CommanderError, Option } from 'commander';
import { ConfigError, renderProblems } from './config/problem.js';
import { DltrainError, OutOfMemoryError } from '@dltrain/core';
import { colorsFor, keepStdout, survivePipes, whatStdoutLost, writeTo } from './terminal.js';
import type { BenchFlags } from './verbs/bench.js';
import type { GraphFlags } from './verbs/graph.js';
import type { SummaryFlags } from './verbs/summary.js';
import type { GradFlags } from './verbs/grad.js';
import type { VerifyFlags } from './verbs/verify.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';
import { withVerb } from './words.js';

const examples = `
Examples:
  dltrain init my-project                          a config to start from, and data
  dltrain my-project/dltrain.yaml                  train it
  dltrain config.yaml optimizer.lr=0.1 seed=7      change values of the config
  dltrain config.yaml --workers 2 --json           two workers, events as JSON on stdout
  dltrain config.yaml --resume                     go on with the newest run that was cut off
  dltrain config.yaml --supervise                  the same by itself, whatever kills the process
  dltrain validate config.yaml                     check all of it without training
  dltrain eval runs/mnist-20250131-120000          measure the weights of a run
  dltrain eval runs/mnist-20250131-120000/checkpoints/best
  dltrain predict runs/mnist-20250131-120000 --input images.idx --output out.csv
  dltrain bench config.yaml --workers 1,2          how training scales with workers
  dltrain verify config.yaml                       the same weights on all Nodes and worker counts?
  dltrain summary config.yaml                      layers, parameters, operations, memory
  dltrain graph config.yaml --svg model.svg        the model as a picture, op by op
  dltrain activations --svg activations.svg        every activation with its derivative
  dltrain grad "x1*x2 + sin(x1)" x1=2 x2=5         a derivative in four ways, step by step

A value comes from the command line before DLTRAIN_SECTION__KEY before the file before the default.
Results go to stdout; progress, and what your modules print, to stderr.
Exit codes: 0 done, 1 training failed or stdout took no more, 2 usage or config, 129, 130 and 143
stopped by a signal.`;

const gradHelp = `
Expressions are made of numbers, e, pi, tau, variables, + - * / ^ and functions:
  exp ln log sqrt abs sign sin cos tan tanh erf sigmoid relu gelu min max and more. log is ln
  unless it has a base, as in log(x, 10). An unknown name is answered with the whole list.
What is written twice is computed once and used twice. Values may be expressions: x=pi/4.

Examples:
  dltrain grad "log(x1) + x1*x2 - sin(x2)" x1=2 x2=5
  dltrain grad "sigmoid(w*x + b)" w=0.5 x=2 b=-1 --wrt w,b --svg graph.svg
  dltrain grad "x^2 * sin(x)" x=1 --manual dx="2*x*sin(x) + x^2*cos(x)" --plot error.svg

Exit codes: 0 done, 1 a manual derivative is wrong, 2 usage.`;

const weightsHelp = `
RUN is a run directory, for the weights that the run ended with, or one of its checkpoints, such as
runs/mnist-20250131-120000/checkpoints/best. Weights that are not as the run recorded them are refused.`;

const verifyHelp = `
The weights after every step are hashed, and must be the same in all runs. Nothing is written.

Exit codes: 0 all runs agree, 1 they do not or one failed, 2 usage or config, 130 and 143 stopped.`;

/** Runs one command line (without node and script) and tells the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  survivePipes();
  keepStdout();
  let code = 0;
  let isTraining = false;
  const program = commandLine((exitCode) => (code = exitCode));
  try {
    checkWorkingDirectory();
    const verbs = program.commands.map((command) => command.name());
    const words = withVerb(argv, [...verbs, 'help']);
    isTraining = words[0] === 'train';
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    code = await reportError(error);
  }
  const lost = await whatStdoutLost();
  if (lost === null) return code;
  const kept =
    isTraining && code === 0 ? '; a run that was trained is in its directory all the same' : '';
  writeTo(process.stderr, `stdout cannot be written: ${lost}${kept}\n`);
  return code === 0 ? 1 : code;
}

/** Everything is named from the working directory, and another process may have removed it. */
function checkWorkingDirectory(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new UsageError(
      'the working directory is there no more; change to another, such as with cd',
      { cause },
    );
  }
}

function commandLine(done: (exitCode: number) => void): Command {
  const program = new Command('dltrain')
    .description('Trains neural networks on every core, the same to the bit each time.')
    .usage('[train] config.yaml [key=value ...] [options]\n       dltrain <command> ...')
    .version(version)
    .addHelpText('after', examples)
    .configureOutput({ writeOut: (text) => writeTo(process.stdout, text) })
    .exitOverride();
  const verb = (name: string, words: string, description: string): Command =>
    program
      .command(`${name}${words === '' ? '' : ` ${words}`}`)
      .description(description)
      .exitOverride();

  verb('train', '[words...]', 'train what a config describes (the default command)')
    .usage('config.yaml [key=value ...] [options]')
    .option('--workers <n>', 'threads that train; any number gives the same weights')
    .option('--run-dir <dir>', 'where the results go; new or empty, or of the run to go on with')
    .option(
      '--resume [run]',
      'go on with a run, or branch off a checkpoint; alone: the newest run that was cut off',
    )
    .option(
      '--force',
      'where the config is no longer that of the checkpoint: go on with its weights',
    )
    .option('--supervise', 'in a process of its own, which goes on when something kills it')
    .addOption(new Option('--supervised').hideHelp())
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
  verb('eval', '<run> [overrides...]', 'loss and metrics of the weights of a run or a checkpoint')
    .usage('RUN [key=value ...] [options]')
    .addHelpText('after', weightsHelp)
    .option('--workers <n>', 'threads that evaluate')
    .option('--json', 'the result as one JSON object')
    .action(async (run: string, overrides: string[], flags: object) => {
      const { evaluateRun } = await import('./verbs/eval.js');
      done(await evaluateRun(run, overrides, flags));
    });
  verb('predict', '<run>', 'what the model of a run or a checkpoint says to new samples, as CSV')
    .usage('RUN --input FILE [--output FILE]')
    .addHelpText('after', weightsHelp)
    .requiredOption('--input <file>', 'samples: an IDX file or a CSV file, plain or .gz')
    .option('--output <file>', 'where to write; stdout when left out')
    .action(async (run: string, flags: { input: string; output?: string }) => {
      const { predict } = await import('./verbs/predict.js');
      done(await predict(run, flags));
    });
  verb('events', '<run>', 'the event log of a run as JSON lines')
    .usage('RUN')
    .action(async (run: string) => {
      const { events } = await import('./verbs/events.js');
      done(await events(run));
    });
  verb(
    'bench',
    '[words...]',
    'how training scales with workers, where its time goes, and whether weights agree',
  )
    .usage('config.yaml [key=value ...] [options]')
    .option('--workers <list>', 'worker counts, such as 1,2,4; 1 and all cores when left out')
    .option('--batch <list>', 'batch sizes, such as 64,256; that of the config when left out')
    .option('--weak', 'weak scaling: a batch is that of one worker, and grows with them')
    .option('--steps <n>', 'steps that are measured, after as many of warm-up', '200')
    .option('--rounds <n>', 'interleaved rounds', '5')
    .option('--svg <file>', 'draw the speed-up, and where the time of a step goes')
    .option('--trace <file>', 'the last steps as a timeline for chrome://tracing or Perfetto')
    .option('--json', 'every round and every rank as one JSON object')
    .action(async (words: string[], flags: BenchFlags) => {
      const { bench } = await import('./verbs/bench.js');
      done(await bench(words, flags));
    });
  verb('verify', '[words...]', 'train a stretch on every Node and worker count: the same weights?')
    .usage('config.yaml [key=value ...] [options]')
    .option('--steps <n>', 'steps from the beginning of the run', '20')
    .option('--workers <list>', 'worker counts, such as 1,2,4', '1,2,3')
    .option('--kill', 'do it all once more with a worker killed in the middle')
    .option(
      '--node <path>',
      'another Node to train on, besides this one, the pinned one and those on the PATH; may be repeated',
      (one: string, others: readonly string[] | undefined) => [...(others ?? []), one],
    )
    .option('--json', 'every run with the hash after each step, as one JSON object')
    .addHelpText('after', verifyHelp)
    .action(async (words: string[], flags: VerifyFlags) => {
      const { verify } = await import('./verbs/verify.js');
      done(await verify(words, flags));
    });
  verb('summary', '[words...]', 'the layers of a model: shapes, parameters, operations, memory')
    .usage('config.yaml [key=value ...] [options]')
    .option('--width <n>', 'columns of the table; those of the terminal when left out')
    .option('--json', 'the summary as one JSON object')
    .action(async (words: string[], flags: SummaryFlags) => {
      const { summary } = await import('./verbs/summary.js');
      done(await summary(words, flags));
    });
  verb('graph', '[words...]', 'draw what a model does, op by op, inside of its modules')
    .usage('config.yaml [key=value ...] [options]')
    .option('--svg <file>', 'where to write; stdout when left out')
    .option('--depth <n>', 'how deep modules are opened, 0 being the whole model as one box')
    .action(async (words: string[], flags: GraphFlags) => {
      const { graph } = await import('./verbs/graph.js');
      done(await graph(words, flags));
    });
  verb('activations', '', 'draw every activation function with its derivative')
    .option('--svg <file>', 'where to write; stdout when left out')
    .action(async (flags: { svg?: string }) => {
      const { activations } = await import('./verbs/activations.js');
      done(await activations(flags));
    });
  verb('grad', '[words...]', 'differentiate an expression in four ways, with every step')
    .usage('"EXPRESSION" name=value ... [options]')
    .option('--wrt <names>', 'variables to differentiate by, such as x1,x2; all when left out')
    .option(
      '--manual <dx=derivative>',
      'a derivative of your own to be checked, such as dx="2*x"; may be repeated',
      (one: string, others: readonly string[] | undefined) => [...(others ?? []), one],
    )
    .option('--svg <file>', 'draw the graph with values, tangents and adjoints')
    .option('--plot <file>', 'draw the error of the numerical derivative against h')
    .option('--json', 'everything at full precision as one JSON object')
    // An expression may begin with a minus.
    .allowUnknownOption()
    .addHelpText('after', gradHelp)
    .action(async (words: string[], flags: GradFlags) => {
      const { grad } = await import('./verbs/grad.js');
      done(await grad(words, flags));
    });
  verb('init', '[dir]', 'write a commented config to start from, and data for it').action(
    async (directory: string | undefined) => {
      const { init } = await import('./verbs/init.js');
      done(await init(directory ?? '.'));
    },
  );
  return program;
}

/** Says what went wrong on stderr, with a stack only where it is nobody's mistake but ours. */
async function reportError(error: unknown): Promise<number> {
  const colors = colorsFor(process.stderr, process.env);
  const say = (text: string): void => writeTo(process.stderr, `${text}\n`);
  if (error instanceof CommanderError) {
    // Commander has said it already.
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof ConfigError) {
    say(renderProblems(error.problems, colors));
    return 2;
  }
  if (error instanceof DltrainError || error instanceof OutOfMemoryError) {
    const { inWordsOfConfig } = await import('./config/words-of-errors.js');
    say(`${colors.red('error')}: ${inWordsOfConfig(error)}`);
    return 2;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
