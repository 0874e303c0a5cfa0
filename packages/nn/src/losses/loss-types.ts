import {
  buildAt,
  lookUpType,
  resolveArguments,
  type GivenArguments,
  type SpecPath,
} from '../config/arguments.js';
import { bceLoss } from './bce.js';
import { bceWithLogitsLoss } from './bce-with-logits.js';
import { crossEntropyLoss } from './cross-entropy.js';
import { cumulativeLinkLoss } from './cumulative-link.js';
import { hingeLoss } from './hinge.js';
import { huberLoss } from './huber.js';
import { klDivLoss } from './kl-div.js';
import { l1Loss } from './l1.js';
import type { CheckedLoss, LossType } from './loss.js';
import { mseLoss } from './mse.js';
import { multiMarginLoss } from './multi-margin.js';
import { nllLoss } from './nll.js';
import { poissonNllLoss } from './poisson-nll.js';
import { smoothL1Loss } from './smooth-l1.js';

/** The losses by the names that a config uses. */
export const lossTypes = {
  cross_entropy: crossEntropyLoss,
  mse: mseLoss,
  bce_with_logits: bceWithLogitsLoss,
  l1: l1Loss,
  huber: huberLoss,
  smooth_l1: smoothL1Loss,
  nll: nllLoss,
  bce: bceLoss,
  kl_div: klDivLoss,
  hinge: hingeLoss,
  multi_margin: multiMarginLoss,
  poisson_nll: poissonNllLoss,
  cumulative_link: cumulativeLinkLoss,
};

type LossTypes = typeof lossTypes;

export type LossName = keyof LossTypes;

/** A loss by its name, or with arguments: `{type: 'huber', delta: 2}`. */
export type LossSpec =
  | LossName
  | {
      [K in LossName]: { readonly type: K } & GivenArguments<LossTypes[K]['parameters']>;
    }[LossName];

/**
 * The loss of a specification.
 *
 * @throws SpecError naming the argument that does not fit
 *
 * @example
 * const loss = buildLoss({ type: 'cross_entropy', labelSmoothing: 0.1 });
 */
export function buildLoss(spec: LossSpec, path: SpecPath = ['loss']): CheckedLoss {
  const types: Readonly<Record<string, LossType>> = lossTypes;
  const { type, entry, given } = lookUpType('loss', types, spec, path);
  const args = resolveArguments(type, entry.parameters, given, path);
  return buildAt(path, () => entry.build(args));
}
