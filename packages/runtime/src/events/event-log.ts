import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { TrainEvent } from '../options.js';
import { EventLogError, messageOf } from './errors.js';
import { lineOf } from './event-line.js';
import { toMessage, type EventMessage } from './event-message.js';
import { maxRecordBytes } from './records.js';
import { loadMessageType, type MessageType } from './schema.js';

export const eventsFileName = 'events.binpb';
export const metricsFileName = 'metrics.jsonl';

/** One write each this many bytes keeps the cost of system calls far below that of encoding. */
const flushBytes = 64 * 1024;
/** Nobody who watches the files waits longer than this. */
const flushMs = 1000;
/** What may wait for a slow disk; only a caller that does not await `append` comes near it. */
const maxWaitingBytes = 16 * flushBytes + 4 * maxRecordBytes;

/** Bytes of the two files of a log. */
export interface LogLengths {
  readonly events: number;
  readonly metrics: number;
}

/** The two files of a log; both are closed with it. */
export interface EventFiles {
  readonly events: FileHandle;
  readonly metrics: FileHandle;
}

/**
 * Writes a run's events to `events.binpb` (proto/events.proto, each record after its length) and to
 * `metrics.jsonl`, its readable twin. Events are held back for at most a second or 64 KiB; start,
 * validation and end are written at once.
 *
 * A write that fails rejects the call that waited for it and every later one: after a gap nothing
 * more is written.
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
  private records: Uint8Array[] = [];
  private lines = '';
  private waitingBytes = 0;
  private waitingSince = 0;
  private timer: NodeJS.Timeout | null = null;
  /** The write under way and those that follow it; never rejects. */
  private writes: Promise<void> = Promise.resolve();
  private failure: EventLogError | null = null;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly type: MessageType<EventMessage>,
    private readonly files: EventFiles,
    private appended: LogLengths,
  ) {}

  /** Creates the two files in a run directory; EventLogError if either is there already. */
  static async open(directory: string): Promise<EventLog> {
    const events = await create(path.join(directory, eventsFileName));
    try {
      return await EventLog.over({
        events,
        metrics: await create(path.join(directory, metricsFileName)),
      });
    } catch (error) {
      await events.close();
      throw error;
    }
  }

  /**
   * Goes on with a log of a run directory after its first bytes; what follows them is cut off. In another
   * directory, a new log begins with a copy of them.
   *
   * @throws EventLogError if the log is shorter, cannot be read or written, or would replace another
   */
  static async continue(
    directory: string,
    before: { readonly directory: string; readonly lengths: LogLengths },
  ): Promise<EventLog> {
    const isSame = path.resolve(directory) === path.resolve(before.directory);
    const opened: FileHandle[] = [];
    const begin = async (name: string, length: number): Promise<FileHandle> => {
      const old = path.join(before.directory, name);
      const file = isSame ? await cut(old, length) : await create(path.join(directory, name));
      opened.push(file);
      if (!isSame) await copyStart(old, length, file);
      return file;
    };
    try {
      const events = await begin(eventsFileName, before.lengths.events);
      const metrics = await begin(metricsFileName, before.lengths.metrics);
      return await EventLog.over({ events, metrics }, before.lengths);
    } catch (error) {
      for (const file of opened) await file.close();
      throw error;
    }
  }

  /** A log that continues in files that are open, from where they stand. */
  static async over(files: EventFiles, lengths = { events: 0, metrics: 0 }): Promise<EventLog> {
    const type = await loadMessageType<EventMessage>('events.proto', 'dltrain.v1.Event');
    return new EventLog(type, files, lengths);
  }

  /** Bytes of the two files once all that was appended is written. */
  get lengths(): LogLengths {
    return this.appended;
  }

  /** As `flush`, and makes sure that what was written outlasts a power cut. */
  async sync(): Promise<void> {
    await this.write();
    for (const file of [this.files.events, this.files.metrics]) {
      await this.attempt('sync', () => file.sync());
    }
    this.throwIfFailed();
  }

  /**
   * Adds an event. Await it: that is what keeps memory bounded when the disk is slower than the
   * run. Rejects with EventLogError if the event cannot be stored (it is left out then), if writing
   * has failed, or if the log is closed.
   */
  async append(event: TrainEvent): Promise<void> {
    this.throwIfFailed();
    if (this.closing !== null) throw new EventLogError('an event came after the log was closed');
    const message = toMessage(event);
    const record = this.type.encodeDelimited(message);
    if (record.length > maxRecordBytes) {
      throw new EventLogError(
        `a ${event.event} event of ${record.length} bytes; at most ${maxRecordBytes} are allowed`,
      );
    }
    this.hold(record, `${lineOf(event, message)}\n`);
    const isDue =
      event.event !== 'step' ||
      this.waitingBytes >= flushBytes ||
      // A loop that never lets timers run is held to the second as well.
      performance.now() - this.waitingSince >= flushMs;
    if (isDue) await this.flush();
  }

  /** Hands everything that was appended to the operating system. */
  async flush(): Promise<void> {
    await this.write();
    this.throwIfFailed();
  }

  /**
   * Flushes, makes sure that the data is on the disk, and closes the files, also if something
   * failed; then rejects. A second call gives the same promise.
   */
  close(): Promise<void> {
    return (this.closing ??= this.finish());
  }

  private hold(record: Uint8Array, line: string): void {
    if (this.waitingBytes === 0) this.waitingSince = performance.now();
    this.timer ??= setTimeout(() => void this.write(), flushMs);
    this.records.push(record);
    this.lines += line;
    const { events, metrics } = this.appended;
    this.appended = {
      events: events + record.length,
      metrics: metrics + Buffer.byteLength(line),
    };
    this.waitingBytes += record.length + line.length;
    if (this.waitingBytes > maxWaitingBytes) {
      this.fail(`${this.waitingBytes} bytes of events wait to be written; append must be awaited`);
      this.throwIfFailed();
    }
  }

  /** Writes all that waits now, after what is being written. */
  private write(): Promise<void> {
    this.writes = this.writes.then(async () => {
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = null;
      const { records, lines } = this;
      this.records = [];
      this.lines = '';
      this.waitingBytes = 0;
      if (records.length === 0 || this.failure !== null) return;
      await this.attempt('write', async () => {
        await this.files.events.appendFile(Buffer.concat(records));
        await this.files.metrics.appendFile(lines);
      });
    });
    return this.writes;
  }

  private async finish(): Promise<void> {
    await this.write();
    for (const file of [this.files.events, this.files.metrics]) {
      await this.attempt('sync', () => file.sync());
      await this.attempt('close', () => file.close());
    }
    this.throwIfFailed();
  }

  /** Keeps the first failure: the later ones follow from it. */
  private async attempt(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (cause) {
      this.fail(`cannot ${what} the event log: ${messageOf(cause)}`, cause);
    }
  }

  private fail(message: string, cause?: unknown): void {
    this.failure ??= new EventLogError(message, null, { cause });
  }

  private throwIfFailed(): void {
    if (this.failure !== null) throw this.failure;
  }
}

/** A run directory is never overwritten, so neither is its log. */
async function create(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'ax');
  } catch (cause) {
    throw new EventLogError(`cannot create the event log: ${messageOf(cause)}`, null, { cause });
  }
}

/** Opens a file to go on after its first bytes. */
async function cut(path: string, length: number): Promise<FileHandle> {
  try {
    const file = await open(path, 'r+');
    try {
      checkLength(path, (await file.stat()).size, length);
      await file.truncate(length);
    } finally {
      await file.close();
    }
    return await open(path, 'a');
  } catch (cause) {
    throw asLogError('go on with the event log', cause);
  }
}

/** Writes the first bytes of a file to another. */
async function copyStart(path: string, length: number, into: FileHandle): Promise<void> {
  try {
    checkLength(path, (await stat(path)).size, length);
    // The end of a stream is its last byte.
    if (length === 0) return;
    const stream: AsyncIterable<Buffer> = createReadStream(path, { end: length - 1 });
    for await (const chunk of stream) await into.appendFile(chunk);
  } catch (cause) {
    throw asLogError('begin with the event log of the run before', cause);
  }
}

function checkLength(path: string, found: number, needed: number): void {
  if (found >= needed) return;
  throw new EventLogError(
    `${path} has ${found} of the ${needed} bytes that a checkpoint goes on from`,
  );
}

function asLogError(what: string, cause: unknown): EventLogError {
  return cause instanceof EventLogError
    ? cause
    : new EventLogError(`cannot ${what}: ${messageOf(cause)}`, null, { cause });
}
