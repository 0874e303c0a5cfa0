import { KernelsError } from './errors.js';

/** Every block begins at a multiple of this: a cache line, so no two blocks share one. */
const alignment = 64;
/** Free blocks are kept by the power of two below their size. */
const bucketCount = 33;

/** Who holds how much of a heap. */
export interface Holder {
  readonly label: string;
  readonly bytes: number;
  readonly blocks: number;
}

/** A request that the heap has no room for. */
export class OutOfMemoryError extends KernelsError {}

/** An address that is not the start of a block in use: given back twice, or never handed out. */
export class InvalidFreeError extends KernelsError {}

interface Block {
  readonly address: number;
  readonly bytes: number;
}

interface UsedBlock extends Block {
  readonly label: string;
}

/**
 * Hands out pieces of a stretch of memory: the smallest free block that fits, the lowest address
 * among equals. A block that is given back joins its free neighbours at once. All bookkeeping is
 * outside of the memory, so that no stray write can damage it.
 *
 * @example
 * const heap = new Heap(reservedBytes, memory.buffer.byteLength);
 * const address = heap.allocate(4096, 'weights');
 * heap.free(address);
 */
export class Heap {
  readonly capacity: number;

  private usedBytes = 0;
  private readonly usedBlocks = new Map<number, UsedBlock>();
  /** Free blocks by where they begin and by where they end, to find neighbours. */
  private readonly freeByStart = new Map<number, Block>();
  private readonly freeByEnd = new Map<number, Block>();
  private readonly buckets = Array.from({ length: bucketCount }, () => new Set<Block>());

  /** Manages the bytes from `start` up to `end`. */
  constructor(start: number, end: number) {
    const first = Math.ceil(start / alignment) * alignment;
    const last = Math.floor(end / alignment) * alignment;
    this.capacity = Math.max(0, last - first);
    if (this.capacity > 0) this.addFree({ address: first, bytes: this.capacity });
  }

  /** Bytes in use, each block rounded up to whole cache lines. */
  get used(): number {
    return this.usedBytes;
  }

  /** The largest request that would succeed. */
  get largestFree(): number {
    let largest = 0;
    for (const { bytes } of this.freeByStart.values()) largest = Math.max(largest, bytes);
    return largest;
  }

  /**
   * The address of `bytes` bytes of any content, at a multiple of 64.
   * @param label what they are for; it names the holder when memory runs out
   * @throws OutOfMemoryError when no free block is large enough
   */
  allocate(bytes: number, label: string): number {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new OutOfMemoryError(`${label}: ${bytes} is no number of bytes that can be allocated`);
    }
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const block = this.bestFit(size);
    if (block === null) throw this.outOfMemory(bytes, label);
    this.removeFree(block);
    const { address } = block;
    if (block.bytes > size) this.addFree({ address: address + size, bytes: block.bytes - size });
    this.usedBlocks.set(address, { address, bytes: size, label });
    this.usedBytes += size;
    return address;
  }

  /** Takes a block back. @throws InvalidFreeError when the address is not that of a block in use */
  free(address: number): void {
    const block = this.usedBlocks.get(address);
    if (block === undefined) {
      throw new InvalidFreeError(`address ${address} is no block in use; was it freed before?`);
    }
    this.usedBlocks.delete(address);
    this.usedBytes -= block.bytes;
    let { bytes } = block;
    let start = address;
    const before = this.freeByEnd.get(start);
    if (before !== undefined) {
      this.removeFree(before);
      start = before.address;
      bytes += before.bytes;
    }
    const after = this.freeByStart.get(start + bytes);
    if (after !== undefined) {
      this.removeFree(after);
      bytes += after.bytes;
    }
    this.addFree({ address: start, bytes });
  }

  /** Who holds the memory in use, the largest first. */
  holders(): Holder[] {
    const totals = new Map<string, { bytes: number; blocks: number }>();
    for (const { label, bytes } of this.usedBlocks.values()) {
      const total = totals.get(label) ?? { bytes: 0, blocks: 0 };
      totals.set(label, { bytes: total.bytes + bytes, blocks: total.blocks + 1 });
    }
    return [...totals]
      .map(([label, total]) => ({ label, ...total }))
      .sort((a, b) => b.bytes - a.bytes);
  }

  private bestFit(size: number): Block | null {
    for (let bucket = bucketOf(size); bucket < bucketCount; bucket++) {
      let best: Block | null = null;
      for (const block of this.buckets[bucket] ?? []) {
        if (block.bytes < size) continue;
        const better =
          best === null ||
          block.bytes < best.bytes ||
          (block.bytes === best.bytes && block.address < best.address);
        if (better) best = block;
      }
      if (best !== null) return best;
    }
    return null;
  }

  private addFree(block: Block): void {
    this.freeByStart.set(block.address, block);
    this.freeByEnd.set(block.address + block.bytes, block);
    this.buckets[bucketOf(block.bytes)]?.add(block);
  }

  private removeFree(block: Block): void {
    this.freeByStart.delete(block.address);
    this.freeByEnd.delete(block.address + block.bytes);
    this.buckets[bucketOf(block.bytes)]?.delete(block);
  }

  private outOfMemory(bytes: number, label: string): OutOfMemoryError {
    const largest = this.holders()
      .slice(0, 5)
      .map((holder) => `${holder.label} ${megabytes(holder.bytes)} in ${holder.blocks}`);
    return new OutOfMemoryError(
      `out of memory: ${label} asks for ${megabytes(bytes)}, the largest free piece is ` +
        `${megabytes(this.largestFree)} of ${megabytes(this.capacity)}. ` +
        `Largest holders: ${largest.join(', ') || 'none'}. ` +
        'Use a smaller batch, or free tensors sooner with noGrad() or scope().',
    );
  }
}

function bucketOf(bytes: number): number {
  return Math.max(0, 31 - Math.clz32(Math.floor(bytes / alignment)));
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
