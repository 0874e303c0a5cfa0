import { DltrainError, StateError } from '@dltrain/core';
import {
  batchPlan,
  fitTransforms,
  loadDataset,
  planInputs,
  resolveDataPath,
  split,
} from '@dltrain/data';
import type { Dataset, Normalize } from '@dltrain/data';
import { SafetensorsError } from '@dltrain/nn';
import { leafCount, mostSecondsOfInterval } from '@dltrain/runtime';
import type { TrainOptions } from '@dltrain/runtime';
import {
  checkData,
  checkLayers,
  checkMemory,
  checkSpecs,
  problemOf,
  tryModule,
} from './check-fit.js';
import type { Datasets } from './check-fit.js';
import { dataPathKeys } from './data-schema.js';
import { durationOf } from './duration.js';
import type { LoadedConfig } from './load.js';
import { camelKeys, withoutUndefined } from './names.js';
import { ConfigError } from './problem.js';
import type { Problem } from './problem.js';
import type { Config } from './schema.js';
import { toTrainOptions } from './to-options.js';
import type { Path } from './yaml-source.js';

type NamedConfig = LoadedConfig['config'];
type DatasetConfig = Config['data']['train'];

/** A config whose every check has passed, with its data in memory. */
export interface PreparedRun {
  readonly options: TrainOptions;
  /** The config with every file name made absolute: it means the same from any folder. */
  readonly resolved: NamedConfig;
}

/**
 * Everything that can be found wrong before training: files that are missing, shapes that do not
 * fit, labels beyond the classes. Loads the data.
 *
 * @throws {ConfigError} with all that is wrong.
 */
export async function prepareRun(loaded: LoadedConfig): Promise<PreparedRun> {
  const { resolved, problems: files } = resolveFiles(loaded);
  const layers = checkLayers(loaded);
  const problems = [...files, ...layers.problems, ...checkSpecs(loaded), ...checkRules(loaded)];
  // What is wrong with the data is worth knowing at the same time.
  const data = files.length > 0 ? null : await loadData(loaded, resolved);
  if (data === null || 'problems' in data) {
    throw new ConfigError([...problems, ...(data?.problems ?? [])]);
  }
  const { datasets } = data;
  const own = await tryModule(loaded, resolved, datasets.train.inputs);
  const outputShape = layers.outputShape ?? own.outputShape;
  problems.push(...own.problems, ...checkData(loaded, outputShape, datasets));
  if (problems.length > 0) throw new ConfigError(problems);
  const model = layers.model ?? own.model;
  if (model !== null) checkMemory(loaded, model);
  const fitted = fitData(loaded, resolved, datasets);
  return { options: toTrainOptions(fitted, datasets), resolved: fitted };
}

/**
 * The config with what the training set says of itself, as prediction needs it later: the mean and
 * deviation that inputs are standardized with, and the names of the classes.
 */
function fitData(loaded: LoadedConfig, config: NamedConfig, { train, val }: Datasets): NamedConfig {
  const { data, seed } = config;
  const attempt = <T>(path: Path, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new ConfigError([problemOf(loaded, error, path)]);
    }
  };
  const held = attempt(['data', 'val', 'split'], () =>
    val !== undefined && 'split' in val ? split(train, val.split, seed).train : undefined,
  );
  const samples = held?.length ?? train.length;
  attempt(['data', 'drop_last'], () =>
    batchPlan(samples, config.trainer.batch_size, data.drop_last),
  );
  const transforms = attempt(['data', 'transforms'], () => {
    const fitted = fitTransforms(train, data.transforms, held);
    planInputs(train, fitted);
    return fitted;
  });
  const names = train.targets?.classNames;
  const isCsv = 'type' in data.train && data.train.type === 'csv';
  const source =
    isCsv && names !== undefined ? { ...data.train, class_names: [...names] } : data.train;
  return { ...config, data: { ...data, train: source, transforms: transforms.map(writable) } };
}

function writable({ type, mean, std }: Normalize) {
  return { type, mean: [...mean], std: [...std] };
}

/** The config with every file name made absolute, and a problem for each file that is not there. */
export function resolveFiles(loaded: LoadedConfig): {
  readonly resolved: NamedConfig;
  readonly problems: readonly Problem[];
} {
  const resolved = structuredClone(loaded.config);
  const problems: Problem[] = [];
  const resolve = (holder: unknown, key: string, path: Path): void => {
    const spec = field(holder, key);
    if (typeof spec !== 'string') return;
    try {
      Object.assign(holder as object, { [key]: resolveDataPath(spec, loaded.baseDirectory(path)) });
    } catch (error) {
      if (!(error instanceof DltrainError)) throw error;
      problems.push(loaded.problemAt(path, error.message));
    }
  };
  const { data, metrics } = resolved;
  for (const split of ['train', 'val', 'test'] as const) {
    for (const key of dataPathKeys) resolve(data[split], key, ['data', split, key]);
  }
  resolve(resolved.model, 'module', ['model', 'module']);
  resolve(resolved.loss, 'module', ['loss', 'module']);
  metrics.forEach((metric, i) => resolve(metric, 'module', ['metrics', i, 'module']));
  resolve(resolved, 'init_from', ['init_from']);
  return { resolved, problems };
}

function field(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null
    ? (holder as Record<string, unknown>)[key]
    : undefined;
}

/** What concerns several keys at once, so that no single one's schema can say it. */
function checkRules({ config, problemAt }: LoadedConfig): Problem[] {
  const { trainer, early_stopping: stopping, checkpoint, data, parallel, metrics } = config;
  const problems: Problem[] = [];
  if (trainer.max_epochs === null && trainer.max_steps === null) {
    const what =
      "'trainer.max_epochs' and 'trainer.max_steps' are both null, so the run would never end";
    problems.push(problemAt(['trainer', 'max_epochs'], what, 'set one of the two'));
  }
  if (parallel.shards !== 'auto' && parallel.shards > trainer.batch_size) {
    const what = `'parallel.shards' is ${parallel.shards}, more than the ${trainer.batch_size} samples of a batch`;
    const remedy = `use at most ${trainer.batch_size}, or auto`;
    problems.push(problemAt(['parallel', 'shards'], what, remedy));
  }
  const interval = checkpoint && durationOf(checkpoint.every);
  if (interval !== null && 'seconds' in interval && interval.seconds > mostSecondsOfInterval) {
    const what = `'checkpoint.every' is ${checkpoint?.every}, longer than a timer can run`;
    const remedy = `give at most ${mostSecondsOfInterval}s, or epochs or batches, such as 1ep`;
    problems.push(problemAt(['checkpoint', 'every'], what, remedy));
  }
  const names = ['val_loss', ...metrics.map((metric) => `val_${metricName(metric)}`)];
  const watchers = { early_stopping: stopping, checkpoint };
  for (const [section, watcher] of Object.entries(watchers)) {
    const monitor = watcher?.monitor ?? null;
    if (watcher === null || monitor === null) continue;
    // The whole section of early stopping is about the metric; of checkpoints, the one key.
    const place = section === 'checkpoint' ? [section, 'monitor'] : [section];
    if (data.val === null) {
      const what = `'${place.join('.')}' watches the validation set, and there is none`;
      problems.push(problemAt(place, what, "add 'data.val', such as {split: 0.1}"));
    } else if (!names.includes(monitor)) {
      const what = `'${section}.monitor' is "${monitor}", which is not measured`;
      const remedy = `use one of ${names.join(', ')}, or add it to 'metrics'`;
      problems.push(problemAt([section, 'monitor'], what, remedy));
    } else if (monitor === 'val_accuracy' && watcher.mode === 'min') {
      const what = `'${section}' would take a falling val_accuracy for an improvement`;
      problems.push(problemAt([section, 'mode'], what, 'set mode: max'));
    }
  }
  return problems;
}

/** `accuracy`, or the name of the export of a metric of the user's own. */
function metricName(metric: Config['metrics'][number]): string {
  return typeof metric === 'string' ? metric : metric.export;
}

/** Reads every set of samples; what is wrong with one is said at its place in the config. */
async function loadData(
  loaded: LoadedConfig,
  { data }: NamedConfig,
): Promise<{ readonly datasets: Datasets } | { readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const load = async (name: string, spec: DatasetConfig, like?: Dataset) => {
    try {
      // File names are absolute by now, so they are relative to nothing.
      return await loadDataset(withoutUndefined(camelKeys(spec)), '/', like ? { like } : {});
    } catch (error) {
      if (!(error instanceof DltrainError)) throw error;
      problems.push(loaded.problemAt(['data', name], error.message));
      return undefined;
    }
  };
  const train = await load('train', data.train);
  if (train === undefined) return { problems };
  const { val: valSpec, test: testSpec } = data;
  const val =
    valSpec !== null && !('split' in valSpec) ? await load('val', valSpec, train) : valSpec;
  const test = testSpec === null ? null : await load('test', testSpec, train);
  if (val === undefined || test === undefined) return { problems };
  return {
    datasets: { train, ...(val === null ? {} : { val }), ...(test === null ? {} : { test }) },
  };
}

/** An error before the first step, as a problem at the key of the config that it is about. */
export function atItsPlace(loaded: LoadedConfig, error: unknown): unknown {
  if (error instanceof SafetensorsError || error instanceof StateError) {
    return new ConfigError([problemOf(loaded, error, ['init_from'])]);
  }
  return error instanceof DltrainError && 'path' in error
    ? new ConfigError([problemOf(loaded, error, [])])
    : error;
}

/** The config with the number of leaves in the place of auto: it is part of what fixes the weights. */
export function withLeaves(config: NamedConfig): NamedConfig {
  const shards = leafCount(config.trainer.batch_size, config.parallel.shards);
  return { ...config, parallel: { ...config.parallel, shards } };
}
