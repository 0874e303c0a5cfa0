import { nodeDisk, type Disk, type DiskFile } from '@dltrain/nn';

/** How a disk fails at one of its operations. */
export type DiskFailure =
  | 'refuse' // that one operation, as a full disk does
  | 'tear' // half of a write is there, and nothing happens after it, as when the power is cut
  | 'lose'; // nothing happens from there on, though each operation says that it has

/**
 * The disk of this machine until the `failAt`th of the operations that count, from 1. What is written by the clock, as
 * the logs are, is counted apart from what is written by the step, so that the nth is the same one in every run.
 */
export class FailingDisk implements Disk {
  private operations = 0;
  /** What the operation was on; null while it is not reached. */
  failedAt: string | null = null;

  constructor(
    private readonly failAt: number,
    private readonly how: DiskFailure,
    private readonly counts: (path: string) => boolean,
  ) {}

  makeDirectory = (path: string) => this.attempt(path, () => nodeDisk.makeDirectory(path));
  truncate = (path: string, length: number) =>
    this.attempt(path, () => nodeDisk.truncate(path, length));
  rename = (from: string, to: string) => this.attempt(to, () => nodeDisk.rename(from, to));
  remove = (path: string) => this.attempt(path, () => nodeDisk.remove(path));
  link = (target: string, path: string) => this.attempt(path, () => nodeDisk.link(target, path));
  syncDirectory = (path: string) => this.attempt(path, () => nodeDisk.syncDirectory(path));
  create = (path: string) => this.open(path, () => nodeDisk.create(path));
  append = (path: string) => this.open(path, () => nodeDisk.append(path));

  /** To look is no operation that could be lost. */
  list = (path: string) => nodeDisk.list(path);

  private async open(path: string, open: () => Promise<DiskFile>): Promise<DiskFile> {
    let file: DiskFile | null = null;
    await this.attempt(path, async () => {
      file = await open();
    });
    // What came to nothing is written to nowhere.
    const real = file as DiskFile | null;
    return {
      write: (bytes) =>
        this.attempt(
          path,
          async () => real?.write(bytes),
          async () => real?.write(bytes.subarray(0, bytes.length >> 1)),
        ),
      sync: () => this.attempt(path, async () => real?.sync()),
      close: async () => real?.close(),
    };
  }

  private async attempt(
    path: string,
    work: () => Promise<void>,
    half: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const isCounted = this.counts(path);
    if (isCounted) this.operations++;
    const isFirst = isCounted && this.operations === this.failAt;
    if (isFirst) this.failedAt = path;
    if (this.how === 'refuse' ? !isFirst : this.failedAt === null) {
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
