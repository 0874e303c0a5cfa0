import type { Node } from '@dltrain/core';
import { opDetails } from './op-details.js';

/** A recorded op as its users call it. */
export interface OpTitle {
  readonly title: string;
  readonly details: readonly string[];
}

/** Ops that public functions are made of, by the names of those functions. */
const publicNames: Readonly<Record<string, string>> = {
  addRows: 'indexAdd',
  bceElements: 'bce',
  bceWithLogitsElements: 'bceWithLogits',
  conv2dInputGrad: 'convTranspose2d',
  crossEntropyRows: 'crossEntropy',
  crossEntropySoftRows: 'crossEntropy',
  foldWindows: 'fold',
  geluErf: 'gelu',
  huberElements: 'huber',
  klDivElements: 'klDiv',
  klDivOfLogs: 'klDiv',
  padConstant: 'pad',
  powNumber: 'pow',
  resample2d: 'interpolate',
  scatterExtremum: 'scatterReduce',
  scatterProd: 'scatterReduce',
  sphericalBessel: 'sinc',
  unfoldWindows: 'unfold',
};

/** What a box says of a recorded op: its public name, and the arguments that are not usual. */
export function opTitle({ op: { name }, args }: Node): OpTitle {
  if (name === 'geluTanh') return { title: 'gelu', details: ['tanh form'] };
  if (name === 'standardize') return normalization(args);
  if (name === 'exponentialUnit') return exponential(args);
  return { title: publicNames[name] ?? name, details: opDetails(args) };
}

/** All norms of a sample, a group or a channel are one op; without a mean to subtract it is RMS norm. */
function normalization(args: unknown): OpTitle {
  const { centred, eps } = args as { centred?: unknown; eps?: unknown };
  const details = typeof eps === 'number' ? [`eps ${eps.toExponential()}`] : [];
  return { title: centred === false ? 'rmsNorm' : 'normalize', details };
}

/** ELU and its relatives: `scale x` for x > 0, else `depth (e^(rate x) - 1)`. */
function exponential(args: unknown): OpTitle {
  const { scale, depth, rate } = args as Record<'scale' | 'depth' | 'rate', number>;
  if (scale !== 1) return { title: 'selu', details: [] };
  if (rate !== 1) return { title: 'celu', details: [`alpha ${String(depth)}`] };
  return { title: 'elu', details: depth === 1 ? [] : [`alpha ${String(depth)}`] };
}
