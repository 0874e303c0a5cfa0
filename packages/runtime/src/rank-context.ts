import {
  Engine,
  engine,
  installEngine,
  withSeed,
  type Tensor,
  type TreeRange,
} from '@dltrain/core';
import { Heap, instantiateKernels, verifyKernels } from '@dltrain/kernels';
import type { CompiledKernels, Kernels } from '@dltrain/kernels';
import {
  buildOptimizer,
  buildScheduler,
  withoutInit,
  type Loss,
  type LossSpec,
  type Metric,
  type MetricName,
  type Module,
  type OptimizerSpec,
  type Parameter,
  type Schedule,
  type SchedulerSpec,
  type UpdateRule,
} from '@dltrain/nn';
import { AllReduce } from './all-reduce.js';
import { Barrier } from './barrier.js';
import { Columns } from './columns.js';
import { ControlBlock, type Phase } from './control-block.js';
import { OptionsError } from './errors.js';
import { FaultInjector } from './fault-injector.js';
import { restingPhases, type Fault } from './faults.js';
import { GenerationalStorage } from './generational-storage.js';
import { buildModel } from './model-source.js';
import { checkContents, type ModuleContent } from './module-content.js';
import { loadLoss, loadMetrics } from './objective.js';
import type { ModelSource, ModuleReference } from './options.js';
import { Panels } from './panels.js';
import { blocksOf, blockSize, layOutParameters, type ParameterLayout } from './parameter-layout.js';
import type { RunLayout } from './run-layout.js';
import type { SharedDataset } from './shared-dataset.js';
import { planSliceUpdate, type SliceUpdate } from './slice-update.js';
import type { Patience } from './start-up.js';
import { StepLog } from './step-log.js';
import { isTimed, Timeline, type TimelineOptions } from './timeline.js';
import { leavesOf, ownedSubtrees } from './tree.js';

/** The main thread watches ranks as they start, by the heartbeat that they do not count then. */
const watched: Patience = { limitMs: Infinity };

/** Names of the datasets of a run. */
export type Split = 'train' | EvaluatedSplit;
/** What is evaluated; the training set never is. */
export type EvaluatedSplit = 'val' | 'test';

/** Where a dataset lies, and which of its samples belong to a split: i32 indices at an address. */
export interface SharedSplit {
  readonly dataset: SharedDataset;
  readonly indices: number;
  readonly length: number;
}

/** Everything a rank needs to know; it survives structured cloning. */
export interface RankOrders {
  readonly workers: number;
  /** Whether every rank has a core of its own. */
  readonly spin: boolean;
  readonly leaves: number;
  /** Leaves of the largest split that is evaluated; 0 where none is. */
  readonly evaluationLeaves: number;
  readonly seed: number;
  /** Samples of a step. */
  readonly batchSize: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Samples of an epoch. */
  readonly epochSamples: number;
  readonly memory: Kernels['memory'];
  readonly kernels: CompiledKernels;
  /** For each rank, the part of the memory that is its own. */
  readonly arenas: readonly { readonly start: number; readonly end: number }[];
  readonly layout: RunLayout;
  readonly parameters: readonly ParameterDescription[];
  readonly model: ModelSource;
  readonly loss: LossSpec | ModuleReference;
  readonly metrics: readonly (MetricName | ModuleReference)[];
  /** What the modules among these say. */
  readonly modules: readonly ModuleContent[];
  readonly optimizer: OptimizerSpec;
  readonly scheduler: SchedulerSpec | undefined;
  readonly clipGradNorm: number | null;
  readonly detectAnomaly: boolean;
  readonly onNonfinite: 'abort' | 'skip';
  /** Faults to provoke. */
  readonly faults: readonly Fault[];
  readonly splits: Readonly<Partial<Record<Split, SharedSplit>>>;
  /** Which steps are timed; null for none. */
  readonly timeline: TimelineOptions | null;
}

export interface ParameterDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f64';
}

/** A rank's view of the run: its share of the work, and the regions it works on. */
export class RankContext {
  readonly control: ControlBlock;
  private readonly barrier: Barrier;
  readonly stepLog: StepLog;
  readonly columns: Columns;
  readonly panels: Panels;
  readonly allReduce: AllReduce;
  readonly rule: UpdateRule;
  private readonly baseLearningRate: number;
  private readonly schedule: Schedule;
  /** Sums of squares of all blocks, of all ranks. */
  readonly squares: Float64Array;
  /** The subtrees of the leaves that this rank sums, and the index of the first among all. */
  readonly subtrees: readonly TreeRange[];
  readonly firstSubtree: number;
  /** The slice that this rank reduces and updates, from the first generation to the second and back. */
  private readonly sliceUpdates: readonly [SliceUpdate, SliceUpdate];
  /** Room for one reduced block. */
  readonly reducedBlock: number;
  readonly parameterLayout: ParameterLayout;
  /** The times of this rank's phases; null in a run that is not timed. */
  readonly timeline: Timeline | null;
  /** How many leaves are computed together, where that gives the same bits; null until the first of this rank. */
  leavesAtOnce: number | null = null;
  private readonly faults: FaultInjector | null;

  private constructor(
    readonly rank: number,
    readonly orders: RankOrders,
    readonly model: Module,
    readonly parameters: readonly Parameter[],
    readonly loss: Loss,
    readonly metrics: readonly Metric[],
  ) {
    const { workers, leaves, layout } = orders;
    const { memory: buffer, heap } = engine();
    this.control = new ControlBlock(buffer, layout.control, workers);
    this.barrier = new Barrier(this.control, orders.spin, () => {
      this.control.beat(rank);
    });
    this.faults =
      orders.faults.length === 0
        ? null
        : new FaultInjector(orders.faults, rank, this.control, buffer, layout.firedFaults);
    this.stepLog = new StepLog(this.control, buffer, layout.stepLog, metrics.length);
    const columnLeaves = Math.max(leaves, orders.evaluationLeaves);
    this.columns = new Columns(buffer, layout.columns, columnLeaves, metrics.length);
    this.panels = new Panels(layout.panels, buffer, layout.panelRequests);
    this.parameterLayout = layOutParameters(orders.parameters);
    this.squares = new Float64Array(buffer, layout.squares, this.parameterLayout.blocks.length);
    const slice = blocksOf(this.parameterLayout, rank, workers);
    const [even, odd] = layout.generations;
    this.sliceUpdates = [
      planSliceUpdate(slice, parameters.length, even, odd),
      planSliceUpdate(slice, parameters.length, odd, even),
    ];
    const byRank = subtreesByRank(workers, leaves);
    this.subtrees = byRank[rank] ?? [];
    this.firstSubtree = byRank.slice(0, rank).flat().length;
    const all = byRank.flat();
    const spareBytes = blockSize * Float64Array.BYTES_PER_ELEMENT;
    this.reducedBlock = heap.allocate(spareBytes, 'reduced block');
    const spare = heap.allocate(all.length * spareBytes, 'partial sums');
    this.allReduce = new AllReduce(all, parameters.length, layout.gradientTable, spare, spareBytes);
    this.timeline = orders.timeline === null ? null : new Timeline(orders.timeline);
    const { rule, lr } = buildOptimizer(orders.optimizer);
    this.rule = rule;
    this.baseLearningRate = lr;
    const { scheduler = 'constant', stepsPerEpoch } = orders;
    this.schedule = buildScheduler(scheduler, { lr, stepsPerEpoch });
  }

  /** Sets this thread up as a rank: kernels, heap, model, parameters in shared memory. */
  static async create(rank: number, orders: RankOrders): Promise<RankContext> {
    const arena = orders.arenas[rank];
    if (arena === undefined)
      throw new OptionsError(['parallel', 'workers'], `no arena for rank ${rank}`);
    const kernels = instantiateKernels(orders.kernels, orders.memory);
    const heap = new Heap(arena.start, arena.end);
    installEngine(new Engine(kernels, heap, { movable: false }));
    verifyKernels(kernels, heap);
    heap.restartPeak();
    await checkContents(orders.modules);
    // A constructor that draws random numbers draws the same in every thread.
    const model = await withSeed(orders.seed, () =>
      withoutInit(() => buildModel(orders.model, watched)),
    );
    const named = [...model.namedParameters()];
    checkParameters(rank, named, orders.parameters);
    const context = new RankContext(
      rank,
      orders,
      model,
      named.map(([, parameter]) => parameter),
      await loadLoss(orders.loss, watched),
      await loadMetrics(orders.metrics, watched),
    );
    context.bindParameters();
    context.enter('start-up');
    return context;
  }

  get layout(): RunLayout {
    return this.orders.layout;
  }

  get clipGradNorm(): number | null {
    return this.orders.clipGradNorm;
  }

  /** This rank's slice, from the generation in force to the one that the step writes. */
  slice(): SliceUpdate {
    return this.sliceUpdates[this.control.generation];
  }

  /** The samples to train on. */
  trainingData(): SharedDataset {
    const train = this.orders.splits.train;
    if (train === undefined) throw new OptionsError(['data', 'train'], 'there is no training set');
    return train.dataset;
  }

  /** The learning rate of a step, counted from 0. */
  learningRate(step: number): number {
    return this.baseLearningRate * this.schedule(step, this.orders.totalSteps);
  }

  /**
   * Tells the other threads, and the timeline, what this rank does now.
   * @throws AbortedError while ranks are called back from what they do
   */
  enter(phase: Phase, step?: number, leaf?: number, leaves?: number): void {
    this.control.enter(this.rank, phase, step, leaf);
    if (this.timeline !== null && isTimed(phase)) this.timeline.enter(phase, leaf, leaves);
    if (!restingPhases.has(phase)) this.control.checkAbort();
    this.faults?.reach(phase);
  }

  /** Forgets what a call has left in this thread that did not come to its end. */
  abandon(): void {
    this.panels.expire();
    this.timeline?.dropStep();
  }

  /** Waits for the other ranks; `last` is run by the last to arrive. */
  meet(last?: () => void): void {
    this.enter('waiting');
    this.barrier.meet(last);
    this.timeline?.leave();
  }

  /**
   * Packs the weights that are multiplied by most, all ranks together.
   * @param step the step that begins with it, counted from 1
   */
  packPanels(step?: number): void {
    this.enter('packing', step);
    const { parameters } = this.layout.generations[this.control.generation];
    const addressOf = (index: number) =>
      parameters + (this.parameterLayout.slots[index]?.offset ?? 0);
    if (this.panels.pack(this.rank, this.orders.workers, addressOf)) this.meet();
  }

  private bindParameters(): void {
    const { generations } = this.layout;
    this.parameters.forEach((parameter, index) => {
      const offset = this.parameterLayout.slots[index]?.offset ?? 0;
      const addresses: [number, number] = [
        generations[0].parameters + offset,
        generations[1].parameters + offset,
      ];
      parameter.bind(
        new GenerationalStorage(parameter.byteLength, addresses, this.control, index, this.panels),
      );
    });
  }
}

/** The subtrees that each rank sums, from left to right. */
export function subtreesByRank(workers: number, leaves: number): TreeRange[][] {
  return Array.from({ length: workers }, (_, rank) =>
    ownedSubtrees(leavesOf(rank, workers, leaves), leaves),
  );
}

function checkParameters(
  rank: number,
  named: readonly (readonly [string, Tensor])[],
  expected: readonly ParameterDescription[],
): void {
  const text = (list: readonly { name: string; shape: readonly number[] }[]) =>
    list.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join('; ');
  const own = text(named.map(([name, { shape }]) => ({ name, shape })));
  if (own === text(expected)) return;
  throw new OptionsError(
    ['model'],
    `rank ${rank} built another model than the main thread: ${own} instead of ${text(expected)}; ` +
      "a model's constructor must make the same parameters each time it runs",
  );
}
