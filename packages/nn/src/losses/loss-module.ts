import type { Tensor } from '@dltrain/core';

/** A loss in the form of PyTorch's loss modules: the mean over a batch, to call `backward()` on. */
export abstract class LossModule {
  abstract forward(output: Tensor, target: Tensor): Tensor;
}
