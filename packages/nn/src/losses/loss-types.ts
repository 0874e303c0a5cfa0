import { bceWithLogitsLoss } from './bce-with-logits.js';
import { crossEntropyLoss } from './cross-entropy.js';
import type { LossType } from './loss.js';
import { mseLoss } from './mse.js';

/** The losses by the names that a config uses. */
export const lossTypes = {
  cross_entropy: crossEntropyLoss,
  mse: mseLoss,
  bce_with_logits: bceWithLogitsLoss,
} satisfies Record<string, LossType>;

export type LossName = keyof typeof lossTypes;
