import {
  DltrainError,
  OutOfMemoryError,
  formatShape,
  noGrad,
  sameShape,
  scope,
  zeros,
} from '@dltrain/core';
import { placeOfError } from '@dltrain/data';
import type { Column } from '@dltrain/data';
import {
  buildLayers,
  buildLoss,
  buildOptimizer,
  buildScheduler,
  metricTypes,
  withoutInit,
} from '@dltrain/nn';
import type { Module } from '@dltrain/nn';
import { buildModel, checkParameterMemory, outputOf, patienceOf } from '@dltrain/runtime';
import type { TrainOptions } from '@dltrain/runtime';
import type { LoadedConfig } from './load.js';
import { snakeCase } from './names.js';
import { ConfigError } from './problem.js';
import type { Problem } from './problem.js';
import type { Config } from './schema.js';
import {
  toCheckpointOptions,
  toLoss,
  toModelSource,
  toOptimizerSpec,
  toSchedulerSpec,
  workerTimeoutOf,
} from './to-options.js';
import { inWordsOfConfig } from './words-of-errors.js';
import type { Path } from './yaml-source.js';

/** The sets of samples that a run uses. */
export type Datasets = Pick<TrainOptions['data'], 'train' | 'val' | 'test'>;

/** What is known of a model before its first step; the shape is of one output. */
interface ModelCheck {
  /** Null where it could not be made. */
  readonly model: Module | null;
  readonly outputShape: readonly number[] | null;
  readonly problems: readonly Problem[];
}

/** The layers of a config put together without their weights; a problem where two do not fit. */
export function checkLayers(loaded: LoadedConfig): ModelCheck {
  const source = toModelSource(loaded.config.model);
  if ('module' in source) return { model: null, outputShape: null, problems: [] };
  try {
    const model = withoutInit(() => buildLayers(source));
    return { model, outputShape: model.outputShape(source.input), problems: [] };
  } catch (error) {
    return { model: null, outputShape: null, problems: [problemOf(loaded, error, ['model'])] };
  }
}

/** Two samples of zeros through a module of the user's: what it says to their shape. */
export async function tryModule(
  loaded: LoadedConfig,
  config: Config,
  { dtype, shape }: Column,
): Promise<ModelCheck> {
  const { model } = config;
  if (!('module' in model)) return { model: null, outputShape: null, problems: [] };
  const place = ['model', 'module'];
  // Whatever is thrown here, the user's code threw it or called what did.
  const failed = (error: unknown, doing: string): ModelCheck => {
    const at = placeOfError(error);
    const said = error instanceof Error ? error.message : String(error);
    const what =
      error instanceof DltrainError || error instanceof OutOfMemoryError
        ? said
        : `${doing} threw ${error instanceof Error ? `${error.name}: ${said}` : said}`;
    const problem =
      error instanceof DltrainError && 'path' in error
        ? problemOf(loaded, error, place)
        : loaded.problemAt(place, at === null ? what : `${what}, at ${at}`);
    return { model: null, outputShape: null, problems: [problem] };
  };
  let module: Module;
  try {
    module = (await buildModel(model, patienceOf(workerTimeoutOf(config)))).eval();
  } catch (error) {
    return failed(error, `making the model (${model.export})`);
  }
  try {
    const input = { dtype: dtype === 'i32' ? dtype : 'f32' } as const;
    const output = scope(() => noGrad(() => outputOf(module, zeros([2, ...shape], input)).shape));
    return { model: module, outputShape: output.slice(1), problems: [] };
  } catch (error) {
    return failed(error, `${module.constructor.name}.forward`);
  }
}

/**
 * Checks that what training keeps of a model's parameters fits into memory.
 * @throws {ConfigError} saying how much is needed
 */
export function checkMemory(loaded: LoadedConfig, model: Module): void {
  const { trainer, parallel, checkpoint } = loaded.config;
  const { shards, workers } = parallel;
  try {
    checkParameterMemory(model, {
      optimizer: toOptimizerSpec(loaded.config),
      parallel: { shards, workers },
      trainer: {
        batchSize: trainer.batch_size,
        accumulateGradBatches: trainer.accumulate_grad_batches,
      },
      checkpoint: toCheckpointOptions(checkpoint),
    });
  } catch (error) {
    throw new ConfigError([problemOf(loaded, error, ['model'])]);
  }
}

/** What the optimizer and the schedule of a config have to say against their arguments. */
export function checkSpecs(loaded: LoadedConfig): readonly Problem[] {
  try {
    const { lr } = buildOptimizer(toOptimizerSpec(loaded.config));
    buildScheduler(toSchedulerSpec(loaded.config), { lr, stepsPerEpoch: 1 });
    return [];
  } catch (error) {
    return [problemOf(loaded, error, [])];
  }
}

/** What a config says of its model beside what the data really are. */
export function checkData(
  loaded: LoadedConfig,
  outputShape: readonly number[] | null,
  { train, val, test }: Datasets,
): readonly Problem[] {
  const { model, metrics } = loaded.config;
  const { inputs } = train;
  if ('layers' in model && !sameShape(model.input, inputs.shape)) {
    const what = `'model.input' is ${formatShape(model.input)}, but the samples have shape ${formatShape(inputs.shape)}`;
    const remedy = `write input: ${formatShape(inputs.shape)}${advice(model, inputs.shape)}`;
    return [loaded.problemAt(['model', 'input'], what, remedy)];
  }
  const problems: Problem[] = [];
  const sets = Object.entries({ train, val, test }).flatMap(([name, set]) =>
    set === undefined || 'split' in set ? [] : [{ name, targets: set.targets }],
  );
  for (const { name, targets } of sets) {
    if (targets !== null) continue;
    const what = `'data.${name}' has no targets, and training needs them`;
    problems.push(loaded.problemAt(['data', name], what, "add 'labels' (idx) or 'target' (csv)"));
  }
  // All sets have the targets of the training set but for the classes that are there.
  const targets = sets.flatMap((set) => set.targets ?? []);
  const [most] = targets.sort((a, b) => (b.classes ?? 0) - (a.classes ?? 0));
  if (outputShape === null || most === undefined || problems.length > 0) return problems;
  const check = (path: Path, against: () => void): void => {
    try {
      against();
    } catch (error) {
      problems.push(problemOf(loaded, error, path));
    }
  };
  const loss = toLoss(loaded.config);
  if (typeof loss === 'string' || 'type' in loss) {
    check(['loss'], () => buildLoss(loss).check(outputShape, most));
  }
  metrics.forEach((metric, i) => {
    if (typeof metric !== 'string') return;
    check(['metrics', i], () => metricTypes[metric].check(outputShape, most));
  });
  return problems;
}

/** Images are flattened by a layer, not by a shape. */
function advice(model: Extract<Config['model'], { layers: unknown }>, shape: readonly number[]) {
  const [first] = model.layers;
  const isLinear = typeof first === 'object' && first.type === 'linear';
  return isLinear && shape.length > 1 ? ' and put flatten before the first linear layer' : '';
}

/** An error of the library as a problem at the place of the config that it is about. */
export function problemOf(loaded: LoadedConfig, error: unknown, base: Path): Problem {
  if (!(error instanceof DltrainError)) throw error;
  const own = 'path' in error && Array.isArray(error.path) ? (error.path as Path) : [];
  const path = own.map((part) => (typeof part === 'string' ? snakeCase(part) : part));
  // A path of the library's may begin with the section that is meant anyway.
  const place = path[0] === base[0] ? path : [...base, ...path];
  return loaded.problemAt(place, inWordsOfConfig(error));
}
