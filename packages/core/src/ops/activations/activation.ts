import { reluGrad } from './relu-grad.js';
import { sigmoidGrad } from './sigmoid-grad.js';
import { tanhGrad } from './tanh-grad.js';
import type { Tensor } from '../../tensor.js';

/** An activation that a kernel can apply to its results as it writes them. */
export type Activation = 'relu' | 'sigmoid' | 'tanh';

const codes: Readonly<Record<Activation, number>> = { relu: 1, sigmoid: 2, tanh: 3 };

const gradients: Readonly<Record<Activation, (gradient: Tensor, y: Tensor) => Tensor>> = {
  relu: reluGrad,
  sigmoid: sigmoidGrad,
  tanh: tanhGrad,
};

/** The number by which a kernel knows an activation. */
export function activationCode(activation: Activation | undefined): number {
  return activation === undefined ? 0 : codes[activation];
}

/** The gradient before the activation, from that behind it and the result. */
export function throughActivation(
  gradient: Tensor,
  y: Tensor,
  activation: Activation | undefined,
): Tensor {
  return activation === undefined ? gradient : gradients[activation](gradient, y);
}
