import {
  describeValue,
  isClass,
  ShapeError,
  ValueError,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { activationOf, fusible } from './layers/fusion.js';
import { Module } from './module.js';
import { structureOf } from './module-structure.js';
import type { Parameter } from './parameter.js';

/**
 * Modules one after another. Parameters are named by position: `0.weight`, `2.bias`. A linear or
 * convolution layer and the ReLU, sigmoid or tanh behind it run as one kernel, with the same bits.
 *
 * @example
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * const logits = model.forward(x); // x [64, 784] gives [64, 10]
 */
export class Sequential extends Module {
  readonly layers: readonly Module[];
  #checked = false;

  /** @throws ValueError for what is no module */
  constructor(...layers: Module[]) {
    super();
    layers.forEach(checkLayer);
    this.layers = layers;
  }

  /** @throws ModuleCycleError when the layers contain this module */
  forward(x: Tensor): Tensor {
    if (!this.#checked) structureOf(this);
    this.#checked = true;
    const { layers } = this;
    let value = x;
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[i];
      if (layer === undefined) continue;
      const activation = activationOf(layers[i + 1]);
      const fused = activation === undefined ? null : fusible(layer);
      if (fused === null) {
        value = layer.forward(value);
      } else {
        value = fused.forwardInto(value, activation);
        i++; // the activation is done
      }
    }
    return value;
  }

  /** @throws ShapeError naming the layer that does not fit its input */
  override outputShape(inputShape: Shape): Shape {
    return this.layers.reduce<Shape>((shape, layer, i) => {
      if (layer.outputShape === undefined) {
        throw new ShapeError(
          `layer ${i} (${layer.constructor.name}) does not tell its output shape; give it an outputShape method`,
        );
      }
      return layer.outputShape(shape);
    }, inputShape);
  }

  /** The layers by position, then whatever a subclass adds. */
  override *namedChildren(): Generator<[name: string, child: Module | Parameter]> {
    for (const [i, layer] of this.layers.entries()) yield [String(i), layer];
    for (const child of super.namedChildren()) {
      if (!child[0].startsWith('layers.')) yield child;
    }
  }
}

function checkLayer(layer: unknown, i: number): void {
  if (layer instanceof Module) return;
  let remedy = 'give modules, such as new Linear(4, 2)';
  if (Array.isArray(layer)) {
    remedy = 'spread it: new Sequential(...layers)';
  } else if (isClass(layer)) {
    remedy = 'make one with new';
  } else if (typeof layer === 'function') {
    remedy = 'use the layer for it, such as new ReLU(), or a Module whose forward calls it';
  }
  throw new ValueError(
    `Sequential: layer ${i} is ${describeValue(layer)}, not a module; ${remedy}`,
  );
}
