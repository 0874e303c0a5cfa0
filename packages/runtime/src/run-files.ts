import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { EventLog } from './events/event-log.js';
import type { TrainEvent } from './options.js';
import type { RankOrders } from './rank-context.js';

export const weightsFileName = 'model.safetensors';

/** What a run leaves in its directory: the event log and the weights. */
export class RunFiles {
  private failure: Error | null = null;

  private constructor(
    private readonly directory: string,
    private readonly log: EventLog,
  ) {}

  /** Begins the event log in a directory, which is made if it is not there. */
  static async create(directory: string): Promise<RunFiles> {
    await mkdir(directory, { recursive: true });
    return new RunFiles(directory, await EventLog.open(directory));
  }

  /** Adds an event to the log; a failure to write surfaces at the next `close` or `writeWeights`. */
  append(event: TrainEvent): void {
    this.log.append(event).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  async writeWeights(
    bytes: Uint8Array,
    sha256: string,
    step: number,
    orders: RankOrders,
  ): Promise<void> {
    await writeFileAtomic(path.join(this.directory, weightsFileName), bytes, { fsync: true });
  }

  async close(): Promise<void> {
    await this.log.close();
    if (this.failure !== null) throw this.failure;
  }
}
