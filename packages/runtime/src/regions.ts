import { engine } from '@dltrain/core';

/** Makes room in the shared memory; the label names the holder when the memory runs out. */
export type Allocate = (bytes: number, label: string) => number;

/** Regions of the process's memory that live as long as a run. */
export class Regions {
  private readonly addresses: number[] = [];
  private size = 0;

  /** Bytes of all regions; of those that were only reserved, perhaps no page is in use. */
  get bytes(): number {
    return this.size;
  }

  /** Makes room for `bytes`, all of them 0. */
  readonly allocate: Allocate = (bytes, label) => {
    const address = this.reserve(bytes, label);
    new Uint8Array(engine().memory, address, bytes).fill(0);
    return address;
  };

  /**
   * Makes room without touching it, so that pages cost nothing until they are used. Tensors of the caller
   * move out where they are in the way.
   */
  readonly reserve: Allocate = (bytes, label) => {
    engine().residency.makeRoom(bytes);
    const address = engine().heap.allocate(Math.max(bytes, 1), label);
    this.addresses.push(address);
    this.size += bytes;
    return address;
  };

  free(): void {
    for (const address of this.addresses) engine().heap.free(address);
    this.addresses.length = 0;
    this.size = 0;
  }
}
