import { KernelsError } from './errors.js';

/** Every address is a multiple of this, a cache line, and so is every size. */
const alignment = 64;

/** Free blocks are kept in lists by size: four lists for each power of two. */
const listsPerOctave = 4;
const listCount = 33 * listsPerOctave;

/** What one label holds: `bytes` in `blocks` blocks. */
export interface Holder {
  readonly label: string;
  readonly bytes: number;
  readonly blocks: number;
}

/** No free block is large enough. Says who holds the most, and what to do. */
export class OutOfMemoryError extends KernelsError {
  constructor(
    readonly asked: number,
    readonly label: string,
    readonly capacity: number,
    readonly used: number,
    readonly largestFree: number,
    readonly holders: readonly Holder[],
  ) {
    const most = holders
      .slice(0, 5)
      .map((h) => `  ${formatBytes(h.bytes)} in ${String(h.blocks)} of '${h.label}'`)
      .join('\n');
    super(
      `Out of memory: ${formatBytes(asked)} for '${label}' do not fit; ${formatBytes(used)} of ` +
        `${formatBytes(capacity)} are in use and the largest free piece has ${formatBytes(largestFree)}.\n` +
        `Largest holders:\n${most || '  (none)'}\n` +
        `Use a smaller batch, compute without recording under noGrad(), or give back tensors that ` +
        `are kept but not needed.`,
    );
  }
}

/** An address is freed that is not allocated: freed twice, or never given out. */
export class InvalidFreeError extends KernelsError {}

interface Block {
  address: number;
  size: number;
  /** Neighbours in memory. */
  before: Block | null;
  after: Block | null;
  /** Label of the holder; null while free. */
  label: string | null;
  /** Place in the list of free blocks of its size. */
  index: number;
}

/**
 * An allocator over the addresses [start, end) of a memory. It keeps its books outside that memory,
 * so whatever a kernel writes cannot hurt them. Best fit among free blocks; a freed block is merged
 * with free neighbours at once. One thread uses a heap; each rank has one over its own region.
 *
 * @example
 * const heap = new Heap(reservedBytes, memory.buffer.byteLength);
 * const address = heap.allocate(1024, 'activations');
 * heap.free(address);
 */
export class Heap {
  /** Bytes that can be allocated in all. */
  readonly capacity: number;
  private bytesUsed = 0;
  private mostUsed = 0;
  private readonly allocated = new Map<number, Block>();
  private readonly freeLists: Block[][] = Array.from({ length: listCount }, () => []);

  constructor(start: number, end: number) {
    const first = Math.ceil(start / alignment) * alignment;
    // The last cache line of the 4 GiB stays free: the end of a block is an address of 32 bits too.
    const last = Math.floor(Math.min(end, 2 ** 32 - alignment) / alignment) * alignment;
    if (!(first >= 0 && last > first)) {
      throw new RangeError(
        `A heap from address ${String(start)} to ${String(end)} holds not one block of ${String(alignment)} bytes.`,
      );
    }
    this.capacity = last - first;
    this.addFree({
      address: first,
      size: this.capacity,
      before: null,
      after: null,
      label: null,
      index: 0,
    });
  }

  /** Bytes in use, each block rounded up to whole cache lines. */
  get used(): number {
    return this.bytesUsed;
  }

  /** The most bytes that were in use at once, ever or since the peak was restarted. */
  get peak(): number {
    return this.mostUsed;
  }

  /** Counts the peak from what is in use now. */
  restartPeak(): void {
    this.mostUsed = this.bytesUsed;
  }

  /** Size of the largest block that could be allocated now. */
  get largestFree(): number {
    for (let list = listCount - 1; list >= 0; list--) {
      const blocks = this.freeLists[list] ?? [];
      if (blocks.length > 0) return blocks.reduce((most, block) => Math.max(most, block.size), 0);
    }
    return 0;
  }

  /**
   * Allocates `bytes` (also 0) and returns the address, a multiple of 64. What the block holds is
   * undefined. The label says in messages who holds it.
   *
   * @throws {OutOfMemoryError} when no free block is large enough.
   */
  allocate(bytes: number, label: string): number {
    if (!(bytes >= 0)) {
      throw new RangeError(
        `Cannot allocate ${String(bytes)} bytes for '${label}': ask for 0 or more.`,
      );
    }
    const size = Math.max(1, Math.ceil(bytes / alignment)) * alignment;
    const block = this.bestFit(size);
    if (!block) {
      throw new OutOfMemoryError(
        bytes,
        label,
        this.capacity,
        this.bytesUsed,
        this.largestFree,
        this.holders(),
      );
    }
    this.removeFree(block);
    if (block.size > size) this.split(block, size);
    block.label = label;
    this.allocated.set(block.address, block);
    this.bytesUsed += size;
    if (this.bytesUsed > this.mostUsed) this.mostUsed = this.bytesUsed;
    return block.address;
  }

  /**
   * Gives a block back.
   *
   * @throws {InvalidFreeError} when no allocated block begins at the address.
   */
  free(address: number): void {
    const block = this.allocated.get(address);
    if (!block) {
      throw new InvalidFreeError(
        `No allocated block begins at address ${String(address)}: it was freed before or never allocated. ` +
          `Free each block once, with the address that allocate() returned.`,
      );
    }
    this.allocated.delete(address);
    this.bytesUsed -= block.size;
    block.label = null;
    let merged = block;
    if (block.before?.label === null) {
      this.removeFree(block.before);
      merged = join(block.before, block);
    }
    if (merged.after?.label === null) {
      this.removeFree(merged.after);
      merged = join(merged, merged.after);
    }
    this.addFree(merged);
  }

  /** Says who holds a block now; nothing where no block begins at the address. */
  relabel(address: number, label: string): void {
    const block = this.allocated.get(address);
    if (block) block.label = label;
  }

  /** Who holds how much, the largest first. */
  holders(): Holder[] {
    const byLabel = new Map<string, { label: string; bytes: number; blocks: number }>();
    for (const { size, label } of this.allocated.values()) {
      const name = label ?? '';
      const holder = byLabel.get(name) ?? { label: name, bytes: 0, blocks: 0 };
      holder.bytes += size;
      holder.blocks += 1;
      byLabel.set(name, holder);
    }
    return [...byLabel.values()].sort((a, b) => b.bytes - a.bytes || (a.label < b.label ? -1 : 1));
  }

  /** The smallest block that is large enough, of the first list that has one. */
  private bestFit(size: number): Block | null {
    for (let list = listOf(size); list < listCount; list++) {
      let best: Block | null = null;
      const blocks = this.freeLists[list] ?? [];
      // From the end: what was freed last is most likely still in a cache.
      for (let i = blocks.length - 1; i >= 0; i--) {
        const block = blocks[i];
        if (!block || block.size < size) continue;
        if (block.size === size) return block;
        if (!best || block.size < best.size) best = block;
      }
      if (best) return best;
    }
    return null;
  }

  /** Cuts what is beyond `size` off a block and makes it a free block. */
  private split(block: Block, size: number): void {
    const rest: Block = {
      address: block.address + size,
      size: block.size - size,
      before: block,
      after: block.after,
      label: null,
      index: 0,
    };
    if (block.after) block.after.before = rest;
    block.after = rest;
    block.size = size;
    this.addFree(rest);
  }

  private addFree(block: Block): void {
    const blocks = this.listFor(block);
    block.index = blocks.length;
    blocks.push(block);
  }

  private removeFree(block: Block): void {
    const blocks = this.listFor(block);
    const last = blocks.pop();
    if (last && last !== block) {
      blocks[block.index] = last;
      last.index = block.index;
    }
  }

  private listFor(block: Block): Block[] {
    const blocks = this.freeLists[listOf(block.size)];
    if (!blocks)
      throw new RangeError(`A block of ${String(block.size)} bytes is beyond the address space.`);
    return blocks;
  }
}

/** Makes one block of two neighbours. */
function join(block: Block, next: Block): Block {
  block.size += next.size;
  block.after = next.after;
  if (next.after) next.after.before = block;
  return block;
}

/** The list of a size: its power of two and the two bits behind the leading one. */
function listOf(size: number): number {
  const octave = 31 - Math.clz32(size);
  const quarter = (size >>> Math.max(0, octave - 2)) & (listsPerOctave - 1);
  return octave * listsPerOctave + quarter;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`;
}
