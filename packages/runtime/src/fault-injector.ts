import process from 'node:process';
import { engine } from '@dltrain/core';
import type { ControlBlock, Phase } from './control-block.js';
import { phasesOutsideSteps, type Fault, type FaultKind } from './faults.js';

const slowMs = 100;
/**
 * In the last line of memory, which no heap gives away. It is odd, so that whatever goes on from there comes
 * to an element that lies across the end, and none that begins at 0.
 */
const acrossTheEnd = 2 ** 32 - 63;

/** Makes planned faults happen to one rank. A run without any has no injector. */
export class FaultInjector {
  /** For each fault, 1 once it has happened: shared, so that a replaced rank does not meet it again. */
  private readonly fired: Int32Array;

  constructor(
    private readonly faults: readonly Fault[],
    private readonly rank: number,
    private readonly control: ControlBlock,
    buffer: ArrayBufferLike,
    address: number,
  ) {
    this.fired = new Int32Array(buffer, address, faults.length);
  }

  /** Called whenever the rank has entered a phase. */
  reach(phase: Phase): void {
    const step = phasesOutsideSteps.has(phase)
      ? this.control.get('steps')
      : this.control.rank(this.rank).step;
    this.faults.forEach((fault, i) => {
      if (fault.phase !== phase || (fault.step ?? step) !== step) return;
      if (fault.rank !== this.rank && phase !== 'commit') return;
      if (Atomics.compareExchange(this.fired, i, 0, 1) === 0) provoke(fault.kind);
    });
  }
}

function provoke(kind: FaultKind): void {
  switch (kind) {
    case 'throw':
      throw new TypeError('a fault that was planned');
    case 'trap':
      engine().kernel('relu', 'f32')(acrossTheEnd, acrossTheEnd, 1000);
      return;
    case 'exit':
      process.exit(7);
      return;
    case 'out-of-memory':
      for (const hoard: number[][] = []; ; hoard.push(new Array<number>(100_000).fill(0.5)));
    case 'hang':
      for (let turns = 0; ; turns++) Math.sqrt(turns);
    case 'slow':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slowMs);
      return;
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
  }
}
