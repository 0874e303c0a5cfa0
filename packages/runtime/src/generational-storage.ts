import type { Storage } from '@dltrain/core';
import type { ControlBlock } from './control-block.js';
import type { Panels } from './panels.js';

/**
 * The storage of a parameter in training: two copies, of which one is in force. A step reads that
 * one and writes the other; the commit turns the roles around, and whoever asks for the address
 * afterwards reads the new values.
 */
export class GenerationalStorage implements Storage {
  version = 0;

  constructor(
    readonly byteLength: number,
    private readonly addresses: readonly [number, number],
    private readonly control: ControlBlock,
    private readonly index: number,
    private readonly panels: Panels,
  ) {}

  address(): number {
    return this.addresses[this.control.generation];
  }

  packed(rows: number, columns: number, transposed: boolean): number {
    return this.panels.find(this.index, rows, columns, transposed);
  }
}
