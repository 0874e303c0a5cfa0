import { tensor, type Tensor } from '@dltrain/core';
import type { Module } from './module.js';
import { structureOf } from './module-structure.js';

/** One time that a module ran during a traced forward pass. */
export interface ModuleCall {
  /** Where the module stands in the model: `encoder.0`; '' for the model itself. */
  readonly path: string;
  readonly module: Module;
  /** The call inside which this one was made; null for the outermost. */
  readonly parent: ModuleCall | null;
  /** 1 the first time that the module runs, 2 the second time. */
  readonly turn: number;
  readonly inputs: readonly unknown[];
  /** What `forward` returned. */
  readonly output: unknown;
  /** Ops that were recorded inside have ids between the two, both excluded. */
  readonly nodesAfter: number;
  readonly nodesBefore: number;
}

export interface ModuleTrace<T> {
  readonly result: T;
  /** All calls in the order in which they began, so that outer ones come before inner ones. */
  readonly calls: readonly ModuleCall[];
}

/**
 * Runs `work` and notes every call of `forward` of the model and of the modules within: what ran
 * inside of what, how often, with what in and out. Outside of this function nothing is noted and
 * nothing costs anything. Layers that otherwise run as one kernel, as `Linear` and the `ReLU` behind
 * it, run one by one meanwhile, with the same bits.
 *
 * @example
 * const { calls } = traceModules(model, () => model.forward(x));
 * calls.map(({ path, output }) => [path, output]); // ['', ...], ['0', ...], ['1', ...]
 */
export function traceModules<T>(model: Module, work: () => T): ModuleTrace<T> {
  const calls: ModuleCall[] = [];
  const turns = new Map<Module, number>();
  const marker = tensor(0, { requiresGrad: true });
  // Ids of nodes ascend, so one that is recorded here and forgotten tells where the count stands.
  const countNodes = (): number => marker.reshape([1]).node?.id ?? -1;
  let current: ModuleCall | null = null;

  const restore = [...structureOf(model).modules].map(([path, module]) => {
    const own = Object.getOwnPropertyDescriptor(module, 'forward');
    const forward = module.forward.bind(module) as (...inputs: readonly unknown[]) => unknown;
    const value = (...inputs: readonly unknown[]): unknown => {
      const turn = (turns.get(module) ?? 0) + 1;
      turns.set(module, turn);
      const parent = current;
      const begin = { path, module, parent, turn, inputs, nodesAfter: countNodes() };
      const call = { ...begin, output: undefined as unknown, nodesBefore: Infinity };
      calls.push(call);
      current = call;
      try {
        call.output = forward(...inputs);
        call.nodesBefore = countNodes();
        return call.output;
      } finally {
        current = parent;
      }
    };
    Object.defineProperty(module, 'forward', {
      value,
      configurable: true,
      enumerable: false,
      writable: true,
    });
    return () => {
      if (own === undefined) delete (module as Partial<Module>).forward;
      else Object.defineProperty(module, 'forward', own);
    };
  });
  try {
    return { result: work(), calls };
  } finally {
    for (const put of restore) put();
  }
}

/**
 * The innermost call inside which a tensor's op was recorded; null where it was none of them.
 */
export function callOf(tensor: Tensor, calls: readonly ModuleCall[]): ModuleCall | null {
  const id = tensor.node?.id;
  if (id === undefined) return null;
  // Inner calls come after those around them.
  return (
    calls.findLast(({ nodesAfter, nodesBefore }) => nodesAfter < id && id < nodesBefore) ?? null
  );
}
