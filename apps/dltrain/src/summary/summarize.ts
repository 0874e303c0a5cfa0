import { scope, Tensor } from '@dltrain/core';
import { callOf, Parameter, traceModules } from '@dltrain/nn';
import type { Module, ModuleCall } from '@dltrain/nn';
import { recordedNodes } from '../graph/recorded-graph.js';
import { countOperations } from './count-operations.js';

/** One layer of a summary. Costs are those of one sample, and without what inner layers do. */
export interface LayerSummary {
  /** Where the layer stands in the model: `encoder.0`; '' for the model itself. */
  readonly name: string;
  /** Its class: `Linear`. */
  readonly kind: string;
  /** How its sizes are described: `784, 128`; may be empty. */
  readonly description: string;
  /** How many layers it is inside of. */
  readonly level: number;
  /** 1 the first time that the layer runs, 2 the second time. */
  readonly turn: number;
  /** Shape of the output for one sample; null where the layer returns no tensor. */
  readonly outputShape: readonly number[] | null;
  /** Elements of its own parameters; 0 where it runs again, or others had them first. */
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly flops: number;
  readonly outputBytes: number;
}

export interface ModelSummary {
  readonly layers: readonly LayerSummary[];
  readonly parameters: { readonly total: number; readonly trainable: number };
  readonly parameterBytes: { readonly total: number; readonly trainable: number };
  /** Of one sample through the whole model. */
  readonly multiplyAdds: number;
  readonly flops: number;
  /** Samples of the input that was given. */
  readonly samples: number;
  /** What the forward pass of the whole input keeps for the backward pass, less input and weights. */
  readonly keptBytes: number;
}

/**
 * Runs a model on an input and lists its layers: shapes, parameters, operations and memory.
 *
 * Operations are counted from what was recorded; see {@link countOperations}.
 *
 * @param input samples along axis 0
 * @throws what the model throws at the input; GradientError when the output depends on nothing that
 *   has a gradient
 *
 * @example
 * const { layers, parameters } = summarize(model, zeros([1, 784]));
 */
export function summarize(model: Module, input: Tensor): ModelSummary {
  const [samples = 1] = input.shape;
  const layers = scope(() => layersOf(model, input, samples));
  const parameters = model.parameters();
  const trainable = parameters.filter(({ requiresGrad }) => requiresGrad);
  const total = (of: (layer: LayerSummary) => number) =>
    layers.reduce((sum, layer) => sum + of(layer), 0);
  return {
    layers,
    parameters: { total: sizeOf(parameters), trainable: sizeOf(trainable) },
    parameterBytes: { total: bytesOf(parameters), trainable: bytesOf(trainable) },
    multiplyAdds: total(({ multiplyAdds }) => multiplyAdds),
    flops: total(({ flops }) => flops),
    samples,
    // As in training, where some layers run as one kernel and keep less.
    keptBytes: scope(() => keptBytes(model.forward(input), input)),
  };
}

function layersOf(model: Module, input: Tensor, samples: number): LayerSummary[] {
  const x = input.detach();
  // What depends on the input alone is recorded, too.
  x.requiresGrad = x.dtype === 'f32' || x.dtype === 'f64';
  const { result, calls } = traceModules(model, () => model.forward(x));
  const costs = new Map(calls.map((call) => [call, { multiplyAdds: 0, flops: 0 }]));
  for (const node of recordedNodes(result)) {
    const call = callOf(node.output, calls);
    const cost = call === null ? undefined : costs.get(call);
    if (cost === undefined) continue;
    const count = countOperations(node);
    cost.multiplyAdds += count.multiplyAdds / samples;
    cost.flops += count.flops / samples;
  }
  const owned = parametersByCall(model, calls);
  return calls.flatMap((call) => {
    const { path, module, turn, output } = call;
    const cost = costs.get(call) ?? { multiplyAdds: 0, flops: 0 };
    const parameters = owned.get(call) ?? 0;
    const tensor = output instanceof Tensor ? output : null;
    const shape = tensor?.shape ?? null;
    return {
      name: path,
      kind: module.constructor.name,
      description: module.describe?.() ?? '',
      level: levelOf(call),
      turn,
      outputShape: shape?.[0] === samples ? shape.slice(1) : shape,
      parameters,
      ...cost,
      outputBytes: (tensor?.byteLength ?? 0) / samples,
    };
  });
}

/** The elements of each parameter, under the first call of the module that holds it. */
function parametersByCall(
  model: Module,
  calls: readonly ModuleCall[],
): ReadonlyMap<ModuleCall, number> {
  const counts = new Map<ModuleCall, number>();
  const first = calls.filter(({ turn }) => turn === 1);
  for (const [name, { size }] of model.namedParameters()) {
    const holders = first.filter(({ path }) => path === '' || name.startsWith(`${path}.`));
    // A module that does something else than run forward has its parameters counted around it.
    const [holder] = holders.sort((a, b) => b.path.length - a.path.length);
    if (holder !== undefined) counts.set(holder, (counts.get(holder) ?? 0) + size);
  }
  return counts;
}

/** Bytes of all that the graph behind a tensor holds on to, besides its input and parameters. */
function keptBytes(output: Tensor, input: Tensor): number {
  if (output.node === null) return 0;
  const kept = new Map<unknown, number>();
  for (const { inputs, output: made, saved } of recordedNodes(output)) {
    for (const tensor of [...inputs, ...saved, made]) {
      const { owner } = tensor.storage;
      if (owner === undefined || owner === input.storage.owner) continue;
      if (!(tensor instanceof Parameter)) kept.set(owner, owner.byteLength);
    }
  }
  return [...kept.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function levelOf({ parent }: ModuleCall): number {
  return parent === null ? 0 : 1 + levelOf(parent);
}

function sizeOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}

function bytesOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
