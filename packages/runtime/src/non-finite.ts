import { engine, scope } from '@dltrain/core';
import type { Module } from '@dltrain/nn';
import { commit, type StepOutcome } from './commit.js';
import { computeLeaves } from './compute-leaves.js';
import { NonFiniteError } from './errors.js';
import type { RankContext } from './rank-context.js';
import { carryOver } from './reduce-and-update.js';
import type { StepPlan } from './step.js';
import { leavesOf } from './tree.js';

/**
 * What becomes of a step whose reduced gradient is not finite, once all ranks have met after it: the same
 * on every rank, for any number of them. Its leaves are computed again, one by one, to find the one to
 * blame. Then the weights are carried over as they are and the step counts (`skip`), or the run ends.
 *
 * @throws NonFiniteError where the run is to end, on every rank alike
 */
export function refuseStep(context: RankContext, plan: StepPlan, outcome: StepOutcome): void {
  const { control, orders, model } = context;
  const nonFinite = control.get('nonFinite') - 1;
  const own = firstLeafWith(context, plan, nonFinite);
  if (own !== null) control.setLowest('nonFiniteLeaf', own + 1);
  const skips = orders.onNonfinite === 'skip';
  if (skips) carryOver(context);
  context.meet(() => {
    if (!skips) return;
    commit(context, plan, { ...outcome, nonFinite, leaf: control.get('nonFiniteLeaf') - 1 });
    control.set('nonFinite', 0);
    control.set('nonFiniteLeaf', 0);
  });
  if (skips) return;
  const leaf = control.get('nonFiniteLeaf') - 1;
  const parameter = orders.parameters[nonFinite]?.name ?? 'a parameter';
  const layer = layerOf(model, parameter);
  throw new NonFiniteError(plan.step + 1, parameter, layer, leaf < 0 ? null : leaf);
}

/** The first of this rank's leaves whose own gradient of a parameter is not finite; null where each is. */
function firstLeafWith(context: RankContext, plan: StepPlan, parameter: number): number | null {
  const { rank, orders } = context;
  const { low, high } = leavesOf(rank, orders.workers, orders.leaves);
  for (let leaf = low; leaf < high; leaf++) {
    const isFinite = scope(() => {
      const gradient = computeLeaves(context, plan, { low: leaf, high: leaf + 1 })[parameter];
      if (gradient === undefined || gradient === null) return true;
      return engine().kernel('allFinite', gradient.dtype)(gradient.address(), gradient.size) !== 0;
    });
    if (!isFinite) return leaf;
  }
  return null;
}

/** The module that holds a parameter, as messages name it. */
function layerOf(model: Module, parameter: string): string {
  const modules = model.namedModules();
  // A parameter in a list within a module has more than one part behind the module's name.
  for (let path = parameter; path.includes('.');) {
    path = path.slice(0, path.lastIndexOf('.'));
    const module = modules.get(path);
    if (module !== undefined) return `${module.constructor.name} '${path}'`;
  }
  return model.constructor.name;
}
