import type { ControlBlock } from './control-block.js';

/** Numbers of a step's record before its metrics. */
const fields = ['step', 'epoch', 'loss', 'learningRate', 'samples', 'gradNorm', 'time'] as const;
const capacity = 4096;
const waitMs = 100;

export interface StepRecord {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly samples: number;
  /** NaN when no norm was taken. */
  readonly gradNorm: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly metrics: readonly number[];
}

export function stepLogBytes(metrics: number): number {
  return capacity * (fields.length + metrics) * Float64Array.BYTES_PER_ELEMENT;
}

/**
 * A ring of step records from the ranks to the main thread, so that a step sends no message. The
 * last rank at the barrier writes; the main thread reads a few times a second. When the ring is
 * full the writer waits, so no record is lost.
 */
export class StepLog {
  private readonly numbers: Float64Array;
  private readonly width: number;

  constructor(
    private readonly control: ControlBlock,
    buffer: ArrayBufferLike,
    address: number,
    metrics: number,
  ) {
    this.width = fields.length + metrics;
    this.numbers = new Float64Array(buffer, address, capacity * this.width);
  }

  write(record: StepRecord): void {
    const { control } = this;
    const written = control.get('logWritten');
    for (
      let read = control.get('logRead');
      written - read >= capacity;
      read = control.get('logRead')
    ) {
      control.checkAbort();
      control.wait('logRead', read, waitMs);
    }
    const at = (written % capacity) * this.width;
    fields.forEach((field, i) => {
      this.numbers[at + i] = record[field];
    });
    this.numbers.set(record.metrics, at + fields.length);
    // Published after the numbers: a reader that sees the count sees them.
    control.set('logWritten', written + 1);
  }

  /** The records that came since the last call, oldest first. */
  read(): StepRecord[] {
    const { control } = this;
    const written = control.get('logWritten');
    const records: StepRecord[] = [];
    for (let index = control.get('logRead'); index < written; index++) {
      const at = (index % capacity) * this.width;
      const value = (field: (typeof fields)[number]) =>
        this.numbers[at + fields.indexOf(field)] ?? NaN;
      records.push({
        step: value('step'),
        epoch: value('epoch'),
        loss: value('loss'),
        learningRate: value('learningRate'),
        samples: value('samples'),
        gradNorm: value('gradNorm'),
        time: value('time'),
        metrics: [...this.numbers.subarray(at + fields.length, at + this.width)],
      });
    }
    control.set('logRead', written);
    control.wake('logRead');
    return records;
  }
}
