import {
  ArgumentError,
  buildAt,
  lookUpType,
  resolveArguments,
  type Arguments,
  type ArgumentTable,
  type GivenArguments,
  type Spec,
  type SpecPath,
  type TrainingDuration,
  type TypeEntry,
} from '../config/arguments.js';
import { constantSchedule } from './constant.js';
import { cosineSchedule } from './cosine.js';
import type { Schedule } from './schedule.js';
import { stepSchedule } from './step.js';

/** What a schedule needs to know of the run it belongs to. */
export interface ScheduleContext {
  /** The optimizer's learning rate, which the factors are of. */
  readonly lr: number;
  /** Optimizer steps an epoch. */
  readonly stepsPerEpoch: number;
}

/** A schedule that a config can name. */
export interface SchedulerType<T extends ArgumentTable = ArgumentTable> extends TypeEntry<T> {
  build(args: Arguments<T>, context: ScheduleContext): Schedule;
}

function schedulerType<const T extends ArgumentTable>(entry: SchedulerType<T>): SchedulerType<T> {
  return entry;
}

const warmup = {
  kind: 'duration',
  default: null,
  doc: 'How long the learning rate rises linearly at the start; not at all when left out.',
} as const;

/** The schedules by the names that a config uses. */
export const schedulerTypes = {
  constant: schedulerType({
    doc: 'The learning rate as it is, after warm-up.',
    parameters: { warmup },
    build: (args, context) => constantSchedule({ warmup: stepsOf(args.warmup, context) }),
  }),
  step: schedulerType({
    doc: 'The learning rate times gamma at regular intervals.',
    parameters: {
      stepSize: {
        kind: 'duration',
        required: true,
        doc: 'Time between two decreases, counted from the start of the run.',
      },
      gamma: {
        kind: 'number',
        default: 0.1,
        exclusiveMin: 0,
        max: 1,
        doc: 'Factor of each decrease.',
      },
      warmup,
    },
    build: (args, context) =>
      stepSchedule({
        stepSize: stepsOf(args.stepSize, context),
        gamma: args.gamma,
        warmup: stepsOf(args.warmup, context),
      }),
  }),
  cosine: schedulerType({
    doc: 'Half a cosine from the learning rate down to min_lr at the end of the run.',
    parameters: {
      minLr: {
        kind: 'number',
        default: 0,
        min: 0,
        doc: 'Learning rate at the end of the run.',
      },
      warmup,
    },
    build: ({ minLr, warmup }, context) => {
      const { lr } = context;
      if (minLr > lr) {
        throw new ArgumentError(
          `cosine: it cannot fall from the learning rate of ${lr} to one of ${minLr}; give a lower end`,
          'minLr',
        );
      }
      const minFactor = lr === 0 ? 0 : minLr / lr;
      return cosineSchedule({ minFactor, warmup: stepsOf(warmup, context) });
    },
  }),
};

type SchedulerTypes = typeof schedulerTypes;

type SchedulerObject = {
  [K in keyof SchedulerTypes]: { readonly type: K } & GivenArguments<
    SchedulerTypes[K]['parameters']
  >;
}[keyof SchedulerTypes];

/** The name of a schedule, or its type and arguments: `{type: 'cosine', warmup: {batches: 100}}`. */
export type SchedulerSpec = 'constant' | 'cosine' | SchedulerObject;

/**
 * The schedule of a specification.
 *
 * @throws SpecError naming the argument that does not fit
 *
 * @example
 * const schedule = buildScheduler('cosine', { lr: 0.1, stepsPerEpoch: 469 });
 * optimizer.lr = 0.1 * schedule(step, totalSteps);
 */
export function buildScheduler(
  spec: SchedulerSpec,
  context: ScheduleContext,
  path: SpecPath = ['scheduler'],
): Schedule {
  const types: Readonly<Record<string, SchedulerType>> = schedulerTypes;
  const { type, entry, given } = lookUpType('scheduler', types, spec as Spec, path);
  const args = resolveArguments(type, entry.parameters, given, path);
  return buildAt(path, () => entry.build(args, context));
}

function stepsOf(duration: TrainingDuration | null, { stepsPerEpoch }: ScheduleContext): number {
  if (duration === null) return 0;
  return 'epochs' in duration ? duration.epochs * stepsPerEpoch : duration.batches;
}
