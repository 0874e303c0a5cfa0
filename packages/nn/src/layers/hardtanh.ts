import { hardtanh, type Tensor } from '@dltrain/core';
import { checkNumber } from '../check-number.js';
import { Elementwise } from './elementwise.js';

/** `y = min(max(least, x), most)`. */
export class Hardtanh extends Elementwise {
  constructor(
    readonly least = -1,
    readonly most = 1,
  ) {
    super();
    checkNumber('Hardtanh', 'least', least);
    checkNumber('Hardtanh', 'most', most);
  }

  forward(x: Tensor): Tensor {
    return hardtanh(x, { min: this.least, max: this.most });
  }

  override describe(): string {
    return `${this.least}, ${this.most}`;
  }
}
