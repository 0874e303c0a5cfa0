import type { ControlBlock } from './control-block.js';

/** Numbers of a step's record before its metrics. */
const fields = [
  'step',
  'epoch',
  'loss',
  'learningRate',
  'samples',
  'gradNorm',
  'time',
  'nonFinite',
  'leaf',
] as const;
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
  /** Index of the parameter whose gradient was not finite, so that the step left the weights alone; or -1. */
  readonly nonFinite: number;
  /** The first leaf with such a gradient; or -1. */
  readonly leaf: number;
  readonly metrics: readonly number[];
}

export function stepLogBytes(metrics: number): number {
  return capacity * (fields.length + metrics) * Float64Array.BYTES_PER_ELEMENT;
}

/**
 * A ring of step records from the ranks to the main thread, so that a step sends no message. The
 * last rank at the barrier writes; the main thread reads a few times a second. When the ring is
 * full the writer waits, so no record is lost.
 *
 * Each step has its place, and the commit is what publishes the record: a step that is done again, because
 * a rank was lost before its commit, writes the same place, and none is read before its step counts.
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

  /**
   * Writes the record of the step that is about to be committed.
   * @param beat called a few times a second while there is no room
   */
  write(record: StepRecord, beat: () => void = () => undefined): void {
    const { control } = this;
    const steps = control.get('steps');
    for (
      let read = control.get('logRead');
      steps - read >= capacity;
      read = control.get('logRead')
    ) {
      control.checkAbort();
      beat();
      control.wait('logRead', read, waitMs);
    }
    const at = (steps % capacity) * this.width;
    fields.forEach((field, i) => {
      this.numbers[at + i] = record[field];
    });
    this.numbers.set(record.metrics, at + fields.length);
  }

  /** The records of the steps that were committed since the last call, oldest first. */
  read(): StepRecord[] {
    const { control } = this;
    // Read before the numbers, which were written before it.
    const steps = control.get('steps');
    const records: StepRecord[] = [];
    for (let index = control.get('logRead'); index < steps; index++) {
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
        nonFinite: value('nonFinite'),
        leaf: value('leaf'),
        metrics: [...this.numbers.subarray(at + fields.length, at + this.width)],
      });
    }
    control.set('logRead', steps);
    control.wake('logRead');
    return records;
  }
}
