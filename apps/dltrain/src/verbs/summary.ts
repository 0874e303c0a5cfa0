import { buildOptimizer } from '@dltrain/nn';
import { leafCount } from '@dltrain/runtime';
import { toOptimizerSpec } from '../config/to-options.js';
import { modelOfConfig } from '../model-of-config.js';
import { summarize } from '../summary/summarize.js';
import type { ModelSummary } from '../summary/summarize.js';
import { summaryTable } from '../summary/table.js';
import type { TrainingSummary } from '../summary/table.js';
import { widthOf, writeOut } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { loadFromCommandLine } from './train.js';

export interface SummaryFlags {
  readonly json?: boolean;
  readonly width?: string;
}

/** `dltrain summary config.yaml`: the layers of a model, and what they cost. */
export async function summary(words: readonly string[], flags: SummaryFlags): Promise<number> {
  const width = tableWidth(flags.width);
  const loaded = loadFromCommandLine(words, undefined);
  const { model, input } = await modelOfConfig(loaded);
  const { trainer, parallel } = loaded.config;
  const { rule } = buildOptimizer(toOptimizerSpec(loaded.config));
  const training = {
    optimizerStates: rule.stateNames,
    leaves: leafCount(trainer.batch_size, parallel.shards),
  };
  const found = summarize(model, input);
  const lines =
    flags.json === true
      ? [JSON.stringify(asRecord(found, training))]
      : summaryTable(found, training, width);
  await writeOut(`${lines.join('\n')}\n`);
  return 0;
}

/** Of the terminal, or of a page that a log is read on. */
function tableWidth(word: string | undefined): number {
  if (word === undefined) return widthOf(process.stdout);
  const width = Number(word);
  if (Number.isSafeInteger(width) && width >= 40) return width;
  throw new UsageError(`--width takes a whole number of 40 or more, not '${word}'`);
}

function asRecord(found: ModelSummary, { optimizerStates, leaves }: TrainingSummary) {
  const { layers, parameters, parameterBytes, multiplyAdds, flops, samples, keptBytes } = found;
  return {
    event: 'summary',
    layers: layers.map((layer) => ({
      name: layer.name,
      kind: layer.kind,
      description: layer.description,
      turn: layer.turn,
      output_shape: layer.outputShape,
      parameters: layer.parameters,
      multiply_adds: layer.multiplyAdds,
      flops: layer.flops,
      output_bytes: layer.outputBytes,
    })),
    parameters: parameters.total,
    trainable_parameters: parameters.trainable,
    multiply_adds: multiplyAdds,
    flops,
    weight_bytes: parameterBytes.total,
    gradient_bytes: parameterBytes.trainable,
    optimizer_state_bytes: optimizerStates.length * parameterBytes.trainable,
    leaves,
    leaf_samples: samples,
    leaf_activation_bytes: keptBytes,
  };
}
