import { join, relative } from 'node:path';
import { train as evaluate, weightsFileName } from '@dltrain/runtime';
import { loadConfig } from '../config/load.js';
import { prepareRun } from '../config/prepare.js';
import { ConfigError } from '../config/problem.js';
import { alignColumns, formatMetric } from '../progress/format.js';
import { checkIsRun, resolvedConfigName } from '../run-directory.js';
import { writeOut } from '../terminal.js';

/** What is about training alone, and might even name files that are gone. */
const notOfEvaluation = ['early_stopping=null', 'checkpoint=null', 'resume=null', 'init_from=null'];

/** `dltrain eval RUN`: loss and metrics of a run's weights on its validation and test data. */
export async function evaluateRun(
  run: string,
  overrides: readonly string[],
  flags: { readonly json?: boolean; readonly workers?: string },
): Promise<number> {
  checkIsRun(run, resolvedConfigName, weightsFileName);
  const workers = flags.workers === undefined ? [] : [`parallel.workers=${flags.workers}`];
  const loaded = loadConfig(join(run, resolvedConfigName), {
    overrides: [...overrides, ...workers, ...notOfEvaluation],
  });
  if (loaded.config.data.val === null && loaded.config.data.test === null) {
    const what = 'the run has neither validation nor test data to evaluate on';
    const remedy = "name some: 'data.test={type: csv, path: ..., target: ...}'";
    throw new ConfigError([loaded.problemAt(['data'], what, remedy)]);
  }
  const { options } = await prepareRun(loaded);
  const { result } = evaluate({
    ...options,
    // A run of no steps: what training does after its last one, with the same bits.
    trainer: { ...options.trainer, maxSteps: 0 },
    initFrom: join(run, weightsFileName),
  });
  const { metrics, weightsSha256 } = await result;
  if (flags.json === true) {
    const record = { event: 'eval', metrics, weights_sha256: weightsSha256, run_dir: run };
    await writeOut(`${JSON.stringify(record)}\n`);
  } else {
    const rows = Object.entries(metrics).map(([name, value]) => [name, formatMetric(value)]);
    const lines = alignColumns(rows).map((line) => `  ${line}`);
    await writeOut(`${[relative('', run) || run, ...lines].join('\n')}\n`);
  }
  return 0;
}
