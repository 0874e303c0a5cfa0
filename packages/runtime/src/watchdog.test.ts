import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ControlBlock, controlBlockBytes } from './control-block.js';
import { Watchdog } from './watchdog.js';

const timeoutMs = 120;
const watchdogs: Watchdog[] = [];
afterEach(() => {
  for (const watchdog of watchdogs.splice(0)) watchdog.stop();
});

/** Two ranks under watch, both asked for something, and what was reported of them. */
function watch(isBusy = true): { control: ControlBlock; reports: string[] } {
  const control = new ControlBlock(new SharedArrayBuffer(controlBlockBytes(2)), 0, 2);
  const reports: string[] = [];
  const report = (rank: number, what: string) => {
    reports.push(`rank ${rank} ${what}`);
  };
  watchdogs.push(new Watchdog(control, timeoutMs, { isBusy: () => isBusy, report }));
  return { control, reports };
}

async function reported(reports: readonly string[]): Promise<void> {
  await vi.waitFor(() => {
    expect(reports).not.toEqual([]);
  }, 120_000);
}

describe('Watchdog', () => {
  it('reports the rank that does not get on, not the one that waits for it', async () => {
    const { control, reports } = watch();
    control.enter(0, 'waiting');
    control.enter(1, 'forward', 3, 1);
    await reported(reports);
    await delay(3 * timeoutMs);
    expect(reports[0]).toBe('rank 1 has not answered for 0.1 s');
    expect(reports.every((text) => text.startsWith('rank 1'))).toBe(true);
  });

  it('reports a rank that waits and gives no sign for a second', async () => {
    const { control, reports } = watch();
    control.enter(0, 'waiting');
    // The other works.
    control.enter(1, 'forward');
    const beating = setInterval(() => {
      control.beat(1);
    }, 50);
    await reported(reports);
    await delay(2 * timeoutMs);
    clearInterval(beating);
    expect(reports[0]).toBe('rank 0 has not answered for 1.0 s');
    expect(reports.every((text) => text.startsWith('rank 0'))).toBe(true);
  });

  it('reports a barrier that does not open though all wait there', async () => {
    const { control, reports } = watch();
    control.enter(0, 'waiting');
    control.enter(1, 'waiting');
    const beating = setInterval(() => {
      control.beat(0);
      control.beat(1);
    }, 50);
    await reported(reports);
    clearInterval(beating);
    expect(reports).toEqual(['rank 0 waits for ranks that all wait']);
  });

  it('reports a rank that was asked for something and never began', async () => {
    const { control, reports } = watch();
    control.enter(0, 'idle');
    control.enter(1, 'waiting');
    await reported(reports);
    expect(reports[0]).toMatch(/^rank 0 /);
  });

  it('leaves alone whom nobody has asked for anything, and who still starts', async () => {
    const idle = watch(false);
    idle.control.enter(0, 'idle');
    idle.control.enter(1, 'forward');
    const starting = watch();
    await delay(4 * timeoutMs);
    expect([...idle.reports, ...starting.reports]).toEqual([]);
  });

  it('does not count the time in which its own thread was blocked', async () => {
    const { control, reports } = watch();
    control.enter(0, 'forward');
    control.enter(1, 'forward');
    const until = performance.now() + 5 * timeoutMs;
    while (performance.now() < until);
    await delay(1);
    expect(reports).toEqual([]);
  });
});
