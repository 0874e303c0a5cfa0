import { relative } from 'node:path';
import { changedData, newestCheckpoint, train as evaluate } from '@dltrain/runtime';
import type { TrainOptions } from '@dltrain/runtime';
import { loadConfig } from '../config/load.js';
import type { LoadedConfig } from '../config/load.js';
import { prepareRun } from '../config/prepare.js';
import { ConfigError } from '../config/problem.js';
import { alignColumns, formatMetric } from '../progress/format.js';
import { findWeights } from '../run-weights.js';
import type { RunWeights } from '../run-weights.js';
import { writeOut, writeTo } from '../terminal.js';

/** What is about training alone, and might even name files that are gone. */
const notOfEvaluation = ['early_stopping=null', 'checkpoint=null', 'resume=null', 'init_from=null'];

/** `dltrain eval RUN`: loss and metrics of the weights of a run, or of a checkpoint, on validation and test data. */
export async function evaluateRun(
  given: string,
  overrides: readonly string[],
  flags: { readonly json?: boolean; readonly workers?: string },
): Promise<number> {
  const found = await findWeights(given);
  const workers = flags.workers === undefined ? [] : [`parallel.workers=${flags.workers}`];
  const loaded = loadConfig(found.config, {
    overrides: [...overrides, ...workers, ...notOfEvaluation],
  });
  if (loaded.config.data.val === null && loaded.config.data.test === null) {
    const what = 'the run has neither validation nor test data to evaluate on';
    const remedy = "name some: 'data.test={type: csv, path: ..., target: ...}'";
    throw new ConfigError([loaded.problemAt(['data'], what, remedy)]);
  }
  const { options } = await prepareRun(loaded);
  await warnOfChangedData(found, loaded, options.data);
  const { result } = evaluate({
    ...options,
    // A run of no steps: what training does after its last one, with the same bits.
    trainer: { ...options.trainer, maxSteps: 0 },
    initFrom: found.weights,
  });
  const { metrics, weightsSha256 } = await result;
  if (flags.json === true) {
    const { run, checkpoint } = found;
    const ofCheckpoint = checkpoint === null ? {} : { checkpoint };
    const record = { event: 'eval', metrics, weights_sha256: weightsSha256, run_dir: run };
    await writeOut(`${JSON.stringify({ ...record, ...ofCheckpoint })}\n`);
  } else {
    const rows = Object.entries(metrics).map(([name, value]) => [name, formatMetric(value)]);
    const lines = alignColumns(rows).map((line) => `  ${line}`);
    await writeOut(`${[relative('', given) || given, ...lines].join('\n')}\n`);
  }
  return 0;
}

const nameOfSet = { train: 'training', val: 'validation', test: 'test' };

/**
 * Says which data are no longer those that the run had, as far as a checkpoint of it tells. The training data
 * matter where validation data are split off them; data that the command line names are meant to be others.
 */
async function warnOfChangedData(
  { run, checkpoint, config }: RunWeights,
  loaded: LoadedConfig,
  data: TrainOptions['data'],
): Promise<void> {
  const recorded = checkpoint ?? (await newestCheckpoint(run))?.path;
  if (recorded === undefined) return;
  const own = loadConfig(config).config.data;
  const used = loaded.config.data;
  const isMeant = (set: 'train' | 'val' | 'test'): boolean =>
    JSON.stringify(own[set]) !== JSON.stringify(used[set]);
  const isSplit = data.val !== undefined && 'split' in data.val;
  for (const set of await changedData(recorded, data)) {
    if (isMeant(set) || (set === 'train' && !isSplit)) continue;
    const what = `the ${nameOfSet[set]} data are not those that the run had (says ${recorded})`;
    writeTo(process.stderr, `warning: ${what}: the results are not comparable with its own\n`);
  }
}
