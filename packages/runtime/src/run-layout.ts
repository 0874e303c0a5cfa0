import { elementCount } from '@dltrain/core';
import { controlBlockBytes } from './control-block.js';
import type { ParameterLayout, ParameterSlot } from './parameter-layout.js';
import type { Allocate, Regions } from './regions.js';
import { stepLogBytes } from './step-log.js';

/** What the sizes of the shared regions follow from. */
export interface RunSizes {
  readonly workers: number;
  /** Leaves of a training batch, and of the largest split that is evaluated; 0 where none is. */
  readonly leaves: number;
  readonly evaluationLeaves: number;
  readonly metrics: number;
  /** States that the optimizer keeps a parameter, such as a momentum. */
  readonly states: number;
  /** Faults to provoke. */
  readonly faults: number;
  /** Subtrees that ranks sum on their own, over all ranks. */
  readonly subtrees: number;
  readonly samples: number;
  /** Whether there are checkpoints to be taken while training goes on. */
  readonly snapshot: boolean;
  /** Bytes of a matrix packed for GEMM, from the kernels in use. */
  packedBytes(n: number, k: number, dtype: 'f32' | 'f64'): number;
}

/** Where one parameter is packed for GEMM: as it is, and transposed. */
export interface PanelPlace {
  readonly slot: ParameterSlot;
  readonly transposed: boolean;
  readonly n: number;
  readonly k: number;
  readonly address: number;
}

/** Byte addresses of everything that the threads of a run share, besides data and arenas. */
export interface RunLayout {
  readonly control: number;
  readonly stepLog: number;
  /** For each fault to provoke, 1 once it has happened: i32. */
  readonly firedFaults: number;
  /** Loss and metrics of each leaf: (sum, weight) pairs of f64. */
  readonly columns: number;
  /** Address of each subtree's gradient of each parameter, 0 for none: u32. */
  readonly gradientTable: number;
  /** Sum of squares of each block: f64. */
  readonly squares: number;
  /** The reduced gradient, for the norm that comes before an update with clipping. */
  readonly reduced: number;
  /** The order of samples of the epoch: i32. */
  readonly order: number;
  /** For each panel, 1 once some rank has asked for it; then the same as all agreed on it: i32. */
  readonly panelRequests: number;
  readonly panels: readonly PanelPlace[];
  readonly generations: readonly [GenerationPlace, GenerationPlace];
  /** A copy of a generation, for checkpoints to be written from while training goes on; null without. */
  readonly snapshot: GenerationPlace | null;
}

/** One of the two copies of everything that a step changes. */
export interface GenerationPlace {
  /** How often each parameter was updated: i32. */
  readonly updates: number;
  readonly parameters: number;
  readonly states: readonly number[];
}

/** Makes room for everything, zeroed where something is read before it was ever written. */
export function layOutRun(
  sizes: RunSizes,
  layout: ParameterLayout,
  { allocate, reserve }: Regions,
): RunLayout {
  const { slots, blocks, bytes } = layout;
  const generation = (name: string, make: Allocate): GenerationPlace => ({
    updates: allocate(slots.length * 4, `update counts, ${name}`),
    parameters: reserve(bytes, `parameters, ${name}`),
    states: Array.from({ length: sizes.states }, () => make(bytes, `optimizer state, ${name}`)),
  });
  const panels = slots.flatMap((slot) => {
    const [rows, columns] = slot.shape;
    if (slot.shape.length !== 2 || rows === undefined || columns === undefined) return [];
    return [false, true].map((transposed): PanelPlace => {
      const [n, k] = transposed ? [rows, columns] : [columns, rows];
      const address = reserve(sizes.packedBytes(n, k, slot.dtype), 'packed weights');
      return { slot, transposed, n, k, address };
    });
  });
  return {
    control: allocate(controlBlockBytes(sizes.workers), 'control block'),
    firedFaults: allocate(sizes.faults * 4, 'faults'),
    stepLog: reserve(stepLogBytes(sizes.metrics), 'step log'),
    columns: reserve(
      Math.max(sizes.leaves, sizes.evaluationLeaves) * columnCount(sizes.metrics) * 8,
      'loss and metrics of leaves',
    ),
    gradientTable: reserve(elementCount([sizes.subtrees, slots.length]) * 4, 'gradient table'),
    squares: reserve(blocks.length * 8, 'squares of gradients'),
    reduced: reserve(bytes, 'reduced gradient'),
    order: reserve(sizes.samples * 4, 'order of samples'),
    panelRequests: allocate(2 * panels.length * 4, 'panel requests'),
    panels,
    generations: [generation('even generation', allocate), generation('odd generation', reserve)],
    snapshot: sizes.snapshot ? generation('snapshot', reserve) : null,
  };
}

/** Numbers a leaf contributes: (sum, weight) of the loss and of each metric. */
export function columnCount(metrics: number): number {
  return 2 * (1 + metrics);
}
