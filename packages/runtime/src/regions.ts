import { engine } from '@dltrain/core';

/** Regions of the process's memory that live as long as a run. */
export class Regions {
  private readonly addresses: number[] = [];

  /** Makes room for `bytes`, all of them 0. */
  allocate = (bytes: number, label: string): number => {
    const address = this.reserve(bytes, label);
    new Uint8Array(engine().memory, address, bytes).fill(0);
    return address;
  };

  /** Makes room without touching it, so that pages cost nothing until they are used. */
  reserve(bytes: number, label: string): number {
    const address = engine().heap.allocate(Math.max(bytes, 1), label);
    this.addresses.push(address);
    return address;
  }

  free(): void {
    for (const address of this.addresses) engine().heap.free(address);
    this.addresses.length = 0;
  }
}
