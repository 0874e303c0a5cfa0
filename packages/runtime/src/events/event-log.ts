import path from 'node:path';
import { nodeDisk, type Disk } from '@dltrain/nn';
import type { TrainEvent } from '../options.js';
import { comesWithSteps } from './comes-with-steps.js';
import { EventLogError } from './errors.js';
import { lineOf } from './event-line.js';
import { toMessage, type EventMessage } from './event-message.js';
import { loadEventType, recordOf } from './event-record.js';
import { abandon, attempt, copyStart, create, cut, logError, type LogFile } from './log-file.js';
import type { MessageType } from './schema.js';

export const eventsFileName = 'events.binpb';
export const metricsFileName = 'metrics.jsonl';

/** One write each this many bytes keeps the cost of system calls far below that of encoding. */
const flushBytes = 64 * 1024;
/** Nobody who watches the files waits longer than this; in an outage, one try follows another so. */
const flushMs = 1000;
/** What may be kept in memory for the disk; beyond it, what comes with every step is left out. */
const maxKeptBytes = 16 * 1024 * 1024;
/** What may be written before it is synced; it is kept until then, and all but a part of that is for outages. */
const maxUnsyncedBytes = 4 * 1024 * 1024;

/** Bytes of the two files of a log. */
export interface LogLengths {
  readonly events: number;
  readonly metrics: number;
}

/** Events as they go to the two files. */
interface Batch {
  readonly count: number;
  readonly records: Uint8Array;
  readonly lines: Uint8Array;
}

/**
 * Writes a run's events to `events.binpb` (proto/events.proto, each record after its length) and to
 * `metrics.jsonl`, its readable twin. Events are held back for at most a second or 64 KiB; start,
 * validation and end are written at once.
 *
 * A write that fails, as on a full disk, begins an outage: what was not written is kept and tried again
 * each second, after both files are cut to what is whole, so that nothing is missing once it is over. A sync
 * that fails begins one as well. A later one that succeeds would prove nothing, for the system may have
 * dropped what it could not bring to the disk: so all since the last sync is kept, and written once more.
 * While it lasts, `flush` and `sync` reject. When more than 16 MiB are kept, in an outage or for a slow disk,
 * events that come with every step are left out, and a `warning` at their place in the log says how many.
 *
 * @example
 * ```ts
 * const log = await EventLog.open('runs/mnist');
 * try {
 *   for await (const event of run) await log.append(event);
 * } finally {
 *   await log.close();
 * }
 * ```
 */
export class EventLog {
  /** Told once at the beginning of each outage. It may append to the log. */
  onOutage: ((failure: EventLogError) => void) | null = null;
  /** What is not written yet. */
  private waiting: Batch[] = [];
  /** What was written before that, and may not outlast a power cut yet. */
  private unsynced: Batch[] = [];
  /** Bytes of the files once all that waits is written. */
  private appended: LogLengths;
  /** Bytes of the files that are whole events. */
  private written: LogLengths;
  /** Bytes of the files that outlast a power cut. */
  private durable: LogLengths;
  /** Whether the files may be longer than what is written. */
  private mayBeTorn = false;
  /** Whether the last sync failed, so that nothing is known of what it was to make durable. */
  private isInDoubt = false;
  /** Whether what is written next is to be made durable. */
  private isSyncDue = false;
  private timer: NodeJS.Timeout | null = null;
  /** When the timer should fire, at the latest. */
  private dueAt = 0;
  /** The write under way and those that follow it; never rejects. */
  private writes: Promise<void> = Promise.resolve();
  /** The last of these, if it has not begun: it writes what comes until then. */
  private queued: Promise<void> | null = null;
  /** What the outage is that lasts. */
  private failure: EventLogError | null = null;
  /** Events that are left out after the last that was appended. */
  private leftOut = 0;
  /** Of the last event. */
  private step = 0;
  private elapsedMs = 0;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly type: MessageType<EventMessage>,
    private readonly disk: Disk,
    private readonly events: LogFile,
    private readonly metrics: LogFile,
    lengths: LogLengths,
  ) {
    this.appended = lengths;
    this.written = lengths;
    this.durable = lengths;
  }

  /** Creates the two files in a run directory; EventLogError if either is there already. */
  static open(directory: string, disk = nodeDisk): Promise<EventLog> {
    const begin = async (name: string): Promise<LogFile> => {
      const file = path.join(directory, name);
      return { path: file, file: await create(file, disk), isNew: true };
    };
    return EventLog.over(disk, { events: 0, metrics: 0 }, begin);
  }

  /**
   * Goes on with a log of a run directory after its first bytes; what follows them is cut off. In another
   * directory, a new log begins with a copy of them.
   *
   * @throws EventLogError if the log is shorter, cannot be read or written, or would replace another
   */
  static continue(
    directory: string,
    before: { readonly directory: string; readonly lengths: LogLengths },
    disk = nodeDisk,
  ): Promise<EventLog> {
    const isSame = path.resolve(directory) === path.resolve(before.directory);
    const begin = async (name: string, length: number): Promise<LogFile> => {
      const old = path.join(before.directory, name);
      if (isSame) return { path: old, file: await cut(old, length, disk), isNew: false };
      const copy = path.join(directory, name);
      const begun = { path: copy, file: await create(copy, disk), isNew: true };
      try {
        await copyStart(old, length, begun.file);
      } catch (error) {
        await abandon(begun, disk);
        throw error;
      }
      return begun;
    };
    return EventLog.over(disk, before.lengths, begin);
  }

  private static async over(
    disk: Disk,
    lengths: LogLengths,
    begin: (name: string, length: number) => Promise<LogFile>,
  ): Promise<EventLog> {
    const type = await loadEventType();
    const events = await begin(eventsFileName, lengths.events);
    try {
      const metrics = await begin(metricsFileName, lengths.metrics);
      return new EventLog(type, disk, events, metrics, lengths);
    } catch (error) {
      await abandon(events, disk);
      throw error;
    }
  }

  /** Bytes of the two files once all that was appended is written. They end a whole event each. */
  get lengths(): LogLengths {
    // Whoever cuts the log there is still to know of what is missing before.
    this.tellLeftOut();
    return this.appended;
  }

  /** As `flush`, and makes sure that what was written outlasts a power cut. */
  async sync(): Promise<void> {
    const failure = await this.trySync();
    if (failure !== null) throw failure;
  }

  /**
   * Adds an event. Await it: that is what keeps memory bounded, and events from being left out, when the
   * disk is slower than the run. Rejects with EventLogError if the event cannot be stored (it is left out
   * then), or if the log is closed; not in an outage, in which the event is kept.
   */
  async append(event: TrainEvent): Promise<void> {
    if (this.closing !== null) throw new EventLogError('an event came after the log was closed');
    const batch = this.batchOf(event);
    const isLeftOut =
      comesWithSteps(event) && bytesBetween(this.durable, this.appended) > maxKeptBytes;
    if (!isLeftOut) this.tellLeftOut();
    if ('step' in event) this.step = event.step;
    if ('elapsedMs' in event) this.elapsedMs = event.elapsedMs;
    if (isLeftOut) {
      this.leftOut++;
      return;
    }
    this.hold(batch);
    if (this.isDue(event)) await this.write();
  }

  /** Hands everything that was appended to the operating system; EventLogError if it does not take it. */
  async flush(): Promise<void> {
    await this.write();
    if (this.failure !== null) throw this.failure;
  }

  /**
   * Flushes, makes sure that the data is on the disk, and closes the files, also if something
   * failed; then rejects. A second call gives the same promise.
   */
  close(): Promise<void> {
    return (this.closing ??= this.finish());
  }

  private batchOf(event: TrainEvent): Batch {
    const message = toMessage(event);
    const records = recordOf(this.type, event.event, message);
    return { count: 1, records, lines: Buffer.from(`${lineOf(event, message)}\n`) };
  }

  private hold(batch: Batch): void {
    this.waiting.push(batch);
    this.appended = after(this.appended, batch);
    this.setTimer();
  }

  private tellLeftOut(): void {
    const { leftOut, step, elapsedMs } = this;
    if (leftOut === 0) return;
    this.leftOut = 0;
    const message =
      `${leftOut} events of steps are left out of the log here: the disk did not take what came ` +
      'before them, and no more could be kept in memory';
    this.hold(this.batchOf({ event: 'warning', step, message, elapsedMs }));
  }

  private isDue({ event }: TrainEvent): boolean {
    // A loop that never lets timers run is held to the second as well.
    if (performance.now() >= this.dueAt) return true;
    const isMuch = bytesBetween(this.written, this.appended) >= flushBytes;
    return this.failure === null && (event !== 'step' || isMuch);
  }

  private setTimer(): void {
    if (this.timer !== null || this.closing !== null) return;
    this.timer = setTimeout(() => void this.write(), flushMs);
    this.dueAt = performance.now() + flushMs;
  }

  /** Writes all that waits now, after what is being written. */
  private write(): Promise<void> {
    if (this.queued === null) {
      this.queued = this.writes.then(() => {
        this.queued = null;
        return this.writeWaiting();
      });
      this.writes = this.queued;
    }
    return this.queued;
  }

  private async writeWaiting(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    // Who asks from here on asks for what comes after.
    const { isSyncDue } = this;
    this.isSyncDue = false;
    try {
      this.beginAgain();
      await this.repair();
      let left = this.waiting.length;
      while (left > 0) left -= await this.writeFirst(left);
      const isMuch = bytesBetween(this.durable, this.written) >= maxUnsyncedBytes;
      if (isSyncDue || isMuch) await this.syncWritten();
      this.failure = null;
    } catch (cause) {
      const isNew = this.failure === null;
      this.failure = logError('write the event log', cause);
      // An outage is not over before all that was asked for has succeeded.
      this.isSyncDue ||= isSyncDue || this.isInDoubt;
      this.setTimer();
      if (isNew) this.onOutage?.(this.failure);
    }
  }

  /** After a sync that failed, goes back to what outlasts a power cut. */
  private beginAgain(): void {
    if (!this.isInDoubt) return;
    this.waiting = [...this.unsynced, ...this.waiting];
    this.unsynced = [];
    this.written = this.durable;
    this.mayBeTorn = true;
    this.isInDoubt = false;
  }

  /** Cuts off what a write that failed may have left (half an event, or one without its twin), or what is in doubt. */
  private async repair(): Promise<void> {
    if (!this.mayBeTorn) return;
    await this.disk.truncate(this.events.path, this.written.events);
    await this.disk.truncate(this.metrics.path, this.written.metrics);
    this.mayBeTorn = false;
  }

  /**
   * Writes the first of those that wait, some 64 KiB.
   * @returns how many
   */
  private async writeFirst(most: number): Promise<number> {
    let taken = 0;
    for (let bytes = 0; taken < most && bytes < flushBytes; taken++) {
      bytes += this.waiting[taken]?.records.length ?? 0;
    }
    const batch = joined(this.waiting.slice(0, taken));
    this.mayBeTorn = true;
    await this.events.file.write(batch.records);
    await this.metrics.file.write(batch.lines);
    this.mayBeTorn = false;
    this.written = after(this.written, batch);
    this.waiting.splice(0, taken);
    this.unsynced.push(batch);
    return taken;
  }

  /** Makes durable what is written; nothing is written meanwhile. */
  private async syncWritten(): Promise<void> {
    // Until both have succeeded.
    this.isInDoubt = true;
    for (const { file } of [this.events, this.metrics])
      await attempt('sync the event log', () => file.sync());
    this.isInDoubt = false;
    this.durable = this.written;
    this.unsynced = [];
  }

  private async finish(): Promise<void> {
    this.tellLeftOut();
    // One more try, since what a failed sync leaves in doubt has to be written once more.
    const failure = (await this.trySync()) && (await this.trySync());
    const failures: unknown[] = [];
    const note = (error: unknown): void => void failures.push(error);
    if (failure !== null) {
      note(
        new EventLogError(`${failure.message}; ${this.whatIsLost()}`, null, {
          cause: failure.cause,
        }),
      );
      // What is lost is lost as whole events, so that the log can be read to its end.
      await attempt('repair the event log', () => this.repair()).catch(note);
    }
    for (const { file } of [this.events, this.metrics]) {
      if (failure !== null) await attempt('sync the event log', () => file.sync()).catch(note);
      await attempt('close the event log', () => file.close()).catch(note);
    }
    // The later ones follow from the first.
    if (failures.length > 0) throw failures[0];
  }

  /** As `sync`, but gives its failure. */
  private async trySync(): Promise<EventLogError | null> {
    this.isSyncDue = true;
    await this.write();
    return this.failure;
  }

  private whatIsLost(): string {
    const missing = countOf(this.waiting);
    return missing > 0
      ? `the last ${missing} events of the run are not in it`
      : `whether the last ${countOf(this.unsynced)} events of the run outlast a power cut is not known`;
  }
}

/** Lengths once more is written. */
function after({ events, metrics }: LogLengths, { records, lines }: Batch): LogLengths {
  return { events: events + records.length, metrics: metrics + lines.length };
}

function bytesBetween(from: LogLengths, to: LogLengths): number {
  return to.events - from.events + to.metrics - from.metrics;
}

function joined(batches: readonly Batch[]): Batch {
  return {
    count: countOf(batches),
    records: Buffer.concat(batches.map(({ records }) => records)),
    lines: Buffer.concat(batches.map(({ lines }) => lines)),
  };
}

function countOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0);
}
