import { DltrainError, formatShape, sameShape } from '@dltrain/core';
import type { Column } from '@dltrain/data';
import { buildLayers, lossTypes, metricTypes, withoutInit } from '@dltrain/nn';
import type { LoadedConfig } from './load.js';
import { snakeCase } from './names.js';
import type { Problem } from './problem.js';
import type { Config } from './schema.js';
import { toModelSource } from './to-options.js';
import type { Path } from './yaml-source.js';

/** The layers of a config put together without their weights; a problem where two do not fit. */
export function checkLayers(loaded: LoadedConfig): {
  readonly outputShape: readonly number[] | null;
  readonly problems: readonly Problem[];
} {
  const source = toModelSource(loaded.config.model);
  if ('module' in source) return { outputShape: null, problems: [] };
  try {
    const model = withoutInit(() => buildLayers(source));
    return { outputShape: model.outputShape(source.input), problems: [] };
  } catch (error) {
    return { outputShape: null, problems: [problemOf(loaded, error, ['model'])] };
  }
}

/** What a config says of its model beside what the data really are. */
export function checkData(
  loaded: LoadedConfig,
  outputShape: readonly number[] | null,
  inputs: Column,
  targets: Column | null,
): readonly Problem[] {
  const { model, loss, metrics } = loaded.config;
  if ('layers' in model && !sameShape(model.input, inputs.shape)) {
    const what = `'model.input' is ${formatShape(model.input)}, but the samples have shape ${formatShape(inputs.shape)}`;
    const remedy = `write input: ${formatShape(inputs.shape)}${advice(model, inputs.shape)}`;
    return [loaded.problemAt(['model', 'input'], what, remedy)];
  }
  if (targets === null) {
    const what = 'the training data has no targets, and training needs them';
    return [loaded.problemAt(['data', 'train'], what, "add 'labels' (idx) or 'target' (csv)")];
  }
  if (outputShape === null) return [];
  const problems: Problem[] = [];
  const check = (path: Path, against: () => void): void => {
    try {
      against();
    } catch (error) {
      problems.push(problemOf(loaded, error, path));
    }
  };
  if (typeof loss === 'string') check(['loss'], () => lossTypes[loss].check(outputShape, targets));
  metrics.forEach((metric, i) => {
    if (typeof metric !== 'string') return;
    check(['metrics', i], () => metricTypes[metric].check(outputShape, targets));
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
  return loaded.problemAt([...base, ...path], error.message);
}
