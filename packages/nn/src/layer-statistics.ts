import { gradientsOf, noGrad, scope, Tensor } from '@dltrain/core';
import type { Module } from './module.js';
import { traceModules, type ModuleCall } from './trace-modules.js';

/** Mean, deviation and norm of the elements of a tensor. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation over all elements (divided by their number). */
  readonly deviation: number;
  /** Square root of the sum of squares. */
  readonly norm: number;
}

/** What the output of one layer looks like over a batch, and the gradient that reaches it. */
export interface LayerStatistics {
  /** Where the layer stands in the model: `encoder.0`. */
  readonly name: string;
  /** Its class: `Linear`. */
  readonly kind: string;
  /** 1 the first time that the layer runs in a forward pass, 2 the second time. */
  readonly turn: number;
  /** Shape of the output, batch axis first. */
  readonly shape: readonly number[];
  readonly activation: Spread;
  /** Share of the elements that are exactly zero. */
  readonly zeros: number;
  /**
   * Share of the elements at the flat ends of the function: beyond +-0.99 for tanh, below 0.01 or
   * above 0.99 for sigmoid; null for layers that do not saturate.
   */
  readonly saturated: number | null;
  /**
   * Share of the units that are zero for every sample of the batch, as those of a ReLU that no
   * gradient passes any more. A unit is one feature, or one channel with its height and width.
   */
  readonly dead: number;
  /** Of the loss by the layer's output; null without a loss. */
  readonly gradient: Spread | null;
}

/** Below and above which an output is at the flat end, by the layer's class or by its last op. */
const levels: Readonly<Record<string, readonly [low: number, high: number]>> = {
  Sigmoid: [0.01, 0.99],
  sigmoid: [0.01, 0.99],
  Tanh: [-0.99, 0.99],
  tanh: [-0.99, 0.99],
};

/**
 * Runs a batch through a model and tells, for each layer, how its outputs are spread, how many are
 * zero, saturated or dead, and, with a loss, the gradient that reaches them: where it shrinks from layer
 * to layer towards the input, it vanishes. Weights and their `grad` stay as they are. The model runs in
 * the mode it is in; dropout in training draws random numbers.
 *
 * @param loss from the model's output to one number; without it there are no gradients
 *
 * @example
 * const rows = layerStatistics(model, x, (output) => crossEntropy(output, y));
 * rows.map(({ name, dead, gradient }) => [name, dead, gradient?.norm]);
 */
export function layerStatistics(
  model: Module,
  x: Tensor,
  loss?: (output: Tensor) => Tensor,
): LayerStatistics[] {
  return scope(() => {
    const run = () => traceModules(model, () => model.forward(x));
    const { result, calls } = loss === undefined ? noGrad(run) : run();
    const layers = calls.filter((call) => isLayer(call, calls));
    const outputs = layers.map(({ output }) => output as Tensor);
    const values = outputs.map((output) => Float64Array.from(output.view()));
    const gradients =
      loss === undefined ? [] : gradientsOf(loss(result), outputs, { keepOutput: true });
    return layers.map((layer, i) => describe(layer, values[i] ?? new Float64Array(), gradients[i]));
  });
}

/** Whether a call is of a module that holds no others, and returned numbers to look at. */
function isLayer(call: ModuleCall, calls: readonly ModuleCall[]): boolean {
  const { output } = call;
  const isInner = !calls.some(({ parent }) => parent === call);
  return isInner && output instanceof Tensor && (output.dtype === 'f32' || output.dtype === 'f64');
}

function describe(
  { path, module, turn, output }: ModuleCall,
  values: Float64Array,
  gradient: Tensor | undefined,
): LayerStatistics {
  const kind = module.constructor.name;
  const { shape, node } = output as Tensor;
  const level = levels[kind] ?? levels[node?.op.name ?? ''];
  const { length } = values;
  const share = (isCounted: (value: number) => boolean): number =>
    length === 0 ? 0 : values.reduce((sum, value) => sum + (isCounted(value) ? 1 : 0), 0) / length;
  return {
    name: path,
    kind,
    turn,
    shape,
    activation: spreadOf(values),
    zeros: share((value) => value === 0),
    saturated: level === undefined ? null : share((value) => value < level[0] || value > level[1]),
    dead: shareOfDead(values, shape),
    gradient: gradient === undefined ? null : spreadOf(Float64Array.from(gradient.view())),
  };
}

function spreadOf(values: Float64Array): Spread {
  const { length } = values;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  if (length === 0) return { mean: 0, deviation: 0, norm: 0 };
  const mean = sum / length;
  const around = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(around / length), norm: Math.sqrt(squares) };
}

/** Share of the units that are zero in all samples. */
function shareOfDead(values: Float64Array, shape: readonly number[]): number {
  const units = shape[1] ?? 1;
  // Sequences [N, length, features] have their units last, images [N, C, H, W] in axis 1.
  const isLast = shape.length === 3;
  const count = isLast ? (shape[2] ?? 1) : units;
  const inner = isLast ? 1 : values.length / Math.max(1, (shape[0] ?? 1) * units);
  const alive = new Set<number>();
  values.forEach((value, i) => {
    if (value !== 0) alive.add(Math.floor(i / inner) % count);
  });
  return count === 0 ? 0 : 1 - alive.size / count;
}
