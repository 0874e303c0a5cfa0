import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { SafetensorsError, writeAtomically, type Disk } from '@dltrain/nn';
import { checkpointsDirectory } from './checkpoint/checkpoint-names.js';
import { checkpointsIn } from './checkpoint/read-checkpoint.js';
import { identityDigest, type Identity } from './checkpoint/identity.js';
import type { ResumePoint } from './checkpoint/resume.js';
import { diskReason } from './events/disk-reason.js';
import { EventLog, eventsFileName, metricsFileName, type LogLengths } from './events/event-log.js';
import { EventLogError } from './events/errors.js';
import { manifestFileName, writeManifest, type WeightEntry } from './events/weights-manifest.js';
import type { TrainEvent } from './options.js';
import type { RankOrders } from './rank-context.js';

export const weightsFileName = 'model.safetensors';

/** What a run leaves in its directory: the event log, the weights, and where they came from. */
export class RunFiles {
  private failure: Error | null = null;

  private constructor(
    private readonly directory: string,
    private readonly log: EventLog,
    private readonly disk: Disk,
  ) {}

  /**
   * Begins the event log in a directory, which is made if it is not there, or goes on with the log of the
   * run that is resumed: where that lies, or with a copy of it. Where too little is left of that, a new one
   * begins, and what is left is put aside.
   */
  static async create(
    directory: string,
    resumed: ResumePoint | null,
    disk: Disk,
  ): Promise<RunFiles> {
    let place: string;
    try {
      await disk.makeDirectory(directory);
      place = await realpath(directory);
    } catch (cause) {
      throw new EventLogError(`cannot make the run directory: ${diskReason(cause)}`, null, {
        cause,
      });
    }
    const isInPlace = place === resumed?.runDir;
    if (!isInPlace) await refuseCheckpoints(directory);
    const before = logBefore(resumed);
    if (before === null && isInPlace) await putLogsAside(directory, disk);
    const log =
      before === null
        ? await EventLog.open(directory, disk)
        : await EventLog.continue(place, before, disk);
    return new RunFiles(directory, log, disk);
  }

  /** Bytes of the logs once all that was appended is written. */
  get logLengths(): LogLengths {
    return this.log.lengths;
  }

  /** Makes sure that all that was appended is on the disk. */
  syncLogs(): Promise<void> {
    return this.log.sync();
  }

  /** Names the one to tell, once each time, that the disk takes no events; they are kept meanwhile. */
  followOutages(listener: (failure: EventLogError) => void): void {
    this.log.onOutage = listener;
  }

  /** Adds an event to the log; what is not written by the end surfaces when the files are closed. */
  append(event: TrainEvent): void {
    this.log.append(event).catch((error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Writes the weights and then the manifest, which a reader can check them by. */
  async writeWeights(
    bytes: Uint8Array,
    sha256: string,
    step: number,
    { orders, identity }: { readonly orders: RankOrders; readonly identity: Identity },
  ): Promise<void> {
    const file = path.join(this.directory, weightsFileName);
    try {
      await writeAtomically(file, bytes, this.disk);
    } catch (cause) {
      throw new SafetensorsError(`${file}: the weights cannot be written: ${diskReason(cause)}`, {
        cause,
      });
    }
    const manifest = {
      weights: weightEntries(bytes, orders),
      step,
      seed: orders.seed,
      configSha256: identityDigest(identity),
      kernelsSha256: orders.kernels.sha256,
      weightsSha256: sha256,
    };
    await writeManifest(path.join(this.directory, manifestFileName), manifest, this.disk);
  }

  async close(): Promise<void> {
    await this.log.close();
    if (this.failure !== null) throw this.failure;
  }
}

/** Where each tensor lies in a safetensors file, as its header says. */
function weightEntries(bytes: Uint8Array, { parameters }: RankOrders): WeightEntry[] {
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerBytes)).toString()) as Record<
    string,
    { readonly data_offsets: readonly [number, number] }
  >;
  return parameters
    .map(({ name, dtype, shape }) => {
      const [begin, end] = header[name]?.data_offsets ?? [0, 0];
      return { name, dtype, shape, byteOffset: 8 + headerBytes + begin, byteLength: end - begin };
    })
    .sort((a, b) => a.byteOffset - b.byteOffset);
}

/** The log that goes on, and how much of it; null where there is none, or too little is left of it. */
function logBefore(
  resumed: ResumePoint | null,
): { readonly directory: string; readonly lengths: LogLengths } | null {
  if (resumed?.logFault !== null || resumed.runDir === null) return null;
  return { directory: resumed.runDir, lengths: resumed.manifest.logs };
}

/** Gives what is left of a log that cannot go on a name of its own, such as `metrics.1.jsonl`. */
async function putLogsAside(directory: string, disk: Disk): Promise<void> {
  const names = await disk.list(directory);
  const logs = [eventsFileName, metricsFileName].map((name) => path.parse(name));
  const aside = (n: number) => logs.map(({ name, ext }) => `${name}.${n}${ext}`);
  let n = 1;
  while (aside(n).some((name) => names.includes(name))) n++;
  for (const [i, { base }] of logs.entries()) {
    if (!names.includes(base)) continue;
    try {
      await disk.rename(path.join(directory, base), path.join(directory, aside(n)[i] ?? base));
    } catch (cause) {
      throw new EventLogError(`cannot put ${base} aside: ${diskReason(cause)}`, null, { cause });
    }
  }
}

/** Those of another run would be taken for this one's, and removed with them. */
async function refuseCheckpoints(directory: string): Promise<void> {
  const [found] = await checkpointsIn(checkpointsDirectory(directory));
  if (found === undefined) return;
  throw new EventLogError(
    `${found.path} is a checkpoint of another run, or of one whose log is gone; ` +
      'resume it in its own run directory, or give a new one',
  );
}
