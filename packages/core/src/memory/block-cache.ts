import type { Heap } from '@dltrain/kernels';

/** Sizes are rounded up to this, as the heap does. */
const grain = 64;
/** Larger blocks go straight back to the heap, where their neighbours can join them. */
const largestBlock = 64 * 2 ** 10;
/** Bytes that may wait here at most. */
const mostBytes = 4 * 2 ** 20;

/**
 * Small blocks of a heap that were given back and wait to be given out again, by size. Most ops ask
 * for sizes that were just freed, and this is several times faster than the heap's own books, in which a
 * block keeps the label of its first holder meanwhile.
 */
export class BlockCache {
  private readonly blocks: number[][] = [];
  private bytes = 0;

  constructor(private readonly heap: Heap) {}

  /** The address of a waiting block for so many bytes, or 0. */
  take(byteLength: number): number {
    if (byteLength > largestBlock) return 0;
    const index = indexOf(byteLength);
    const address = this.blocks[index]?.pop();
    if (address === undefined) return 0;
    this.bytes -= grain * index;
    return address;
  }

  /** Keeps a block for later, or hands it to the heap. */
  give(address: number, byteLength: number): void {
    const index = indexOf(byteLength);
    if (byteLength > largestBlock || this.bytes + grain * index > mostBytes) {
      this.heap.free(address);
      return;
    }
    this.bytes += grain * index;
    while (this.blocks.length <= index) this.blocks.push([]);
    this.blocks[index]?.push(address);
  }

  /** Hands every waiting block to the heap; whether there was any. */
  flush(): boolean {
    const any = this.bytes > 0;
    for (const list of this.blocks) for (const address of list.splice(0)) this.heap.free(address);
    this.bytes = 0;
    return any;
  }
}

/** Grains in a block; an empty tensor has one, too. */
function indexOf(byteLength: number): number {
  return Math.max(1, Math.ceil(byteLength / grain));
}
