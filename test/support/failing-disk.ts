import { nodeDisk, type Disk, type DiskFile } from '@dltrain/nn';

/** How a disk fails at one of its operations. */
export type DiskFailure =
  | 'refuse' // that one operation, as a full disk does
  | 'tear' // half of a write is there, and nothing happens after it, as when the power is cut
  | 'lose'; // nothing happens from there on, though each operation says that it has

/** The disk of this machine until its `failAt`th operation, counted from 1. */
export class FailingDisk implements Disk {
  operations = 0;
  /** Whether the operation was reached. */
  failed = false;

  constructor(
    private readonly failAt: number,
    private readonly how: DiskFailure,
  ) {}

  makeDirectory = (path: string) => this.attempt(() => nodeDisk.makeDirectory(path));
  rename = (from: string, to: string) => this.attempt(() => nodeDisk.rename(from, to));
  remove = (path: string) => this.attempt(() => nodeDisk.remove(path));
  link = (target: string, path: string) => this.attempt(() => nodeDisk.link(target, path));
  syncDirectory = (path: string) => this.attempt(() => nodeDisk.syncDirectory(path));

  /** To look is no operation that could be lost. */
  list = (path: string) => nodeDisk.list(path);

  create = async (path: string): Promise<DiskFile> => {
    let file: DiskFile | null = null;
    await this.attempt(async () => {
      file = await nodeDisk.create(path);
    });
    // What came to nothing is written to nowhere.
    const real = file as DiskFile | null;
    return {
      write: (bytes) =>
        this.attempt(
          async () => real?.write(bytes),
          async () => real?.write(bytes.subarray(0, bytes.length >> 1)),
        ),
      sync: () => this.attempt(async () => real?.sync()),
      close: async () => real?.close(),
    };
  };

  private async attempt(
    work: () => Promise<void>,
    half: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    this.operations++;
    const isFirst = this.operations === this.failAt;
    if (isFirst) this.failed = true;
    if (this.how === 'refuse' ? !isFirst : !this.failed) {
      await work();
      return;
    }
    if (isFirst && this.how === 'tear') await half();
    if (this.how === 'lose') return;
    const error: NodeJS.ErrnoException = new Error('ENOSPC: no space left on device, write');
    error.code = this.how === 'refuse' ? 'ENOSPC' : 'EIO';
    throw error;
  }
}
