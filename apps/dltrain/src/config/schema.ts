import { layerTypes, lossTypes, optimizerTypes, schedulerTypes } from '@dltrain/nn';
import { mostWorkers } from '@dltrain/runtime';
import * as z from 'zod';
import { durationSchema, typedSchema } from './typed-schema.js';
import { datasetSchema, transformSchema } from './data-schema.js';
import { moduleSchema } from './module-schema.js';

const positive = z.int().min(1);

const layersModel = z
  .strictObject({
    input: z
      .array(positive)
      .min(1)
      .describe('Shape of one sample without the batch axis, such as [784] or [1, 28, 28].'),
    layers: z
      .array(typedSchema('layer', layerTypes))
      .min(1)
      .describe('The layers in order; input sizes are inferred. A bare word is {type: word}.'),
  })
  .describe('A stack of layers.');

const metricNames = ['accuracy', 'mae'] as const;

const trainer = z.strictObject({
  batch_size: positive.describe('Samples a step, over all workers together.'),
  max_epochs: positive
    .nullable()
    .default(10)
    .describe('Passes over the training set; null for no limit.'),
  max_steps: positive
    .nullable()
    .default(null)
    .describe('Steps after which to stop, whichever limit comes first; null for no limit.'),
  accumulate_grad_batches: positive
    .default(1)
    .describe('Batches whose gradients are joined in one step.'),
  clip_grad_norm: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe('Largest norm of the whole gradient; null for no limit.'),
  val_every: durationSchema(['ep', 'ba'])
    .default('1ep')
    .describe('How often to evaluate on the validation set: 1ep or 500ba.'),
  detect_anomaly: z
    .boolean()
    .default(false)
    .describe('End the run at the first NaN or infinity, naming op and line; slow.'),
  on_nonfinite: z
    .enum(['abort', 'skip'])
    .default('abort')
    .describe(
      'What a gradient that is not finite does: abort ends the run, skip leaves the weights as they are in that step.',
    ),
});

const validationMetric = z
  .string()
  .regex(/^val_[a-z0-9_]+$/, "must be a metric of the validation set, such as 'val_loss'");

const earlyStopping = z.strictObject({
  monitor: validationMetric
    .default('val_loss')
    .describe('The metric to watch: val_loss, val_accuracy, ...'),
  mode: z.enum(['min', 'max']).default('min').describe('Whether less or more of it is better.'),
  patience: positive.describe('Evaluations without improvement after which the run ends.'),
  min_delta: z.number().min(0).default(0).describe('The least change that counts as improvement.'),
});

const parallel = z.strictObject({
  workers: z
    .union([z.literal('auto'), positive.max(mostWorkers)])
    .default('auto')
    .describe(
      'Threads that train. Any number gives the same weights; auto uses every core. More than a batch has leaves do not help.',
    ),
  shards: z
    .union([z.literal('auto'), positive])
    .default('auto')
    .describe('Leaves into which a batch is cut; part of what fixes the weights.'),
  mode: z
    .enum(['exact', 'fast'])
    .default('exact')
    .describe('exact: the same bits everywhere; fast: relaxed arithmetic, without that promise.'),
  worker_timeout: durationSchema(['s', 'ms'])
    .default('60s')
    .describe(
      'How long a worker may show no progress before it counts as lost, such as 60s or 500ms.',
    ),
  on_worker_failure: z
    .enum(['recover', 'abort'])
    .default('recover')
    .describe(
      'recover: a lost worker is replaced and its step done again, with the same weights; abort: the run ends.',
    ),
  max_restarts: z
    .int()
    .min(0)
    .default(3)
    .describe('Workers that are replaced before the run ends after all.'),
});

const checkpoint = z.strictObject({
  every: durationSchema(['ep', 'ba', 's', 'ms'])
    .default('300s')
    .describe('How often one is written while training goes on: 1ep, 500ba or 300s.'),
  keep: positive.default(2).describe('How many of the newest are kept; the best is kept besides.'),
  monitor: validationMetric
    .nullable()
    .default(null)
    .describe('The metric that says which is best, such as val_accuracy; null for none.'),
  mode: z.enum(['min', 'max']).default('min').describe('Whether less or more of it is better.'),
  on_error: z
    .enum(['continue', 'stop'])
    .default('continue')
    .describe(
      'What a checkpoint that cannot be written does: continue tells of it and trains on, stop ends the run.',
    ),
});

const logging = z.strictObject({
  every: durationSchema(['ep', 'ba', 's'])
    .default('50ba')
    .describe('How often a line of progress is printed: 50ba, 1ep or 10s.'),
  statistics: durationSchema(['ep', 'ba'])
    .nullable()
    .default(null)
    .describe(
      'How often activations and gradients are looked at layer by layer, such as 1ep or 500ba; null for never.',
    ),
  to: z
    .array(z.enum(['console', 'jsonl']))
    .default(['console', 'jsonl'])
    .describe('console: progress on stderr; jsonl: metrics.jsonl in the run directory.'),
});

const data = z.strictObject({
  train: datasetSchema.describe('The training set.'),
  val: z
    .union([
      datasetSchema,
      z.strictObject({
        split: z
          .number()
          .gt(0)
          .lt(1)
          .describe('Share of the training set to hold out, drawn with the seed.'),
      }),
    ])
    .nullable()
    .default(null)
    .describe('A validation set of its own, or {split: 0.1} to hold out part of the training set.'),
  test: datasetSchema.nullable().default(null).describe('Evaluated once, at the end of the run.'),
  transforms: z
    .array(transformSchema)
    .max(1)
    .default([])
    .describe('What happens to the inputs of every set.'),
  shuffle: z
    .boolean()
    .default(true)
    .describe('Whether each epoch has an order of its own, drawn with the seed.'),
  drop_last: z.boolean().default(false).describe('Whether a last, short batch is left out.'),
});

/** All that a config may hold; keys as in the file. Every default and every doc is here. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).default(1).describe('Version of the config format.'),
    name: z
      .string()
      .regex(/^[\w][\w.-]{0,99}$/, 'must be of letters, digits, dots, dashes and underscores')
      .optional()
      .describe("Names the run and its directory; by default the file's name."),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0)
      .describe('Fixes the initial weights, the order of the data and dropout.'),
    output_dir: z
      .string()
      .min(1)
      .default('runs')
      .describe('Where run directories are made, relative to where the command is started.'),
    data: data.describe('What to train and evaluate on.'),
    model: z.union([layersModel, moduleSchema]).describe('Layers, or a module of your own.'),
    loss: z
      .union([...typedSchema('loss', lossTypes).options, moduleSchema])
      .describe('cross_entropy and bce_with_logits take logits: end the model with a plain layer.'),
    metrics: z
      .array(z.union([z.enum(metricNames), moduleSchema]))
      .default([])
      .describe('Measured beside the loss.'),
    optimizer: typedSchema('optimizer', optimizerTypes).describe('How weights follow gradients.'),
    scheduler: typedSchema('scheduler', schedulerTypes)
      .default('constant')
      .describe('How the learning rate changes from step to step.'),
    trainer: trainer.describe('How long and in what portions to train.'),
    early_stopping: earlyStopping
      .nullable()
      .default(null)
      .describe('Ends the run when a metric no longer improves; null to train to the end.'),
    parallel: parallel.prefault({}).describe('Workers and arithmetic.'),
    checkpoint: checkpoint
      .nullable()
      .prefault({})
      .describe(
        'What a run that is cut off goes on from; null to write one only when the run is stopped or fails.',
      ),
    resume: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'A run directory, to go on in it; a checkpoint, to branch off into a run of its own; auto for the newest run of this name that did not end.',
      ),
    init_from: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('A safetensors file with the weights to start from.'),
    logging: logging.prefault({}).describe('What is reported, and how often.'),
  })
  .describe('A dltrain config.');

/** A checked config with every default filled in; keys as in the file. */
export type Config = z.output<typeof configSchema>;

/** Where a key most likely belongs: `batch_size` in `trainer`. Of two sections, the later one here. */
export const sectionOfKey: ReadonlyMap<string, string> = new Map(
  Object.entries({
    checkpoint,
    data,
    trainer,
    early_stopping: earlyStopping,
    parallel,
    logging,
  }).flatMap(([section, schema]) =>
    Object.keys(schema.shape).map((key) => [key, section] as const),
  ),
);
