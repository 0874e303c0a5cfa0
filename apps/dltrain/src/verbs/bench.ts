import { availableParallelism } from 'node:os';
import { train as startTraining } from '@dltrain/runtime';
import type { TrainOptions } from '@dltrain/runtime';
import { withoutUndefined } from '../config/names.js';
import { prepareRun } from '../config/prepare.js';
import { alignColumns, formatCount } from '../progress/format.js';
import { writeOut, writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { loadFromCommandLine } from './train.js';

export interface BenchFlags {
  readonly workers?: string;
  readonly steps: string;
  readonly rounds: string;
  readonly json?: boolean;
}

interface Measured {
  readonly workers: number;
  readonly samplesPerSecond: number;
  /** The slowest and the fastest round. */
  readonly range: readonly [low: number, high: number];
  readonly weights: ReadonlySet<string>;
}

/**
 * `dltrain bench config.yaml --workers 1,2`: the same stretch of training under several worker
 * counts, in rounds that take turns so that a busy machine slows all alike. As many steps again go
 * before the counted ones: V8 needs some 200 until it has compiled everything.
 */
export async function bench(words: readonly string[], flags: BenchFlags): Promise<number> {
  const cores = availableParallelism();
  const counts = (flags.workers ?? `1,${cores}`)
    .split(',')
    .map((word) => wholeNumber('--workers', word));
  const steps = wholeNumber('--steps', flags.steps);
  const rounds = wholeNumber('--rounds', flags.rounds);
  const loaded = loadFromCommandLine([...words, 'early_stopping=null'], undefined);
  const { options } = await prepareRun(loaded);
  const runs = new Map([...new Set(counts)].map((workers) => [workers, [] as BenchRun[]]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [workers, done] of runs) {
      writeTo(
        process.stderr,
        `round ${round}/${rounds}, ${workers} ${workers === 1 ? 'worker' : 'workers'}\n`,
      );
      done.push(await runOnce(options, workers, steps));
    }
  }
  const measured = [...runs].map(([workers, done]) => summarize(workers, done));
  const hashes = new Set(measured.flatMap(({ weights }) => [...weights]));
  await writeOut(
    flags.json === true
      ? asJson(measured, hashes, steps, rounds)
      : asTable(measured, hashes, steps, rounds),
  );
  return hashes.size === 1 || options.parallel?.mode === 'fast' ? 0 : 1;
}

interface BenchRun {
  readonly samplesPerSecond: number;
  readonly weights: string;
}

async function runOnce(options: TrainOptions, workers: number, steps: number): Promise<BenchRun> {
  const { train, transforms, shuffle, dropLast } = options.data;
  const data = { train, transforms, shuffle, dropLast };
  const run = startTraining({
    ...options,
    data: withoutUndefined(data),
    // Epochs begin anew until the steps are done.
    trainer: { ...options.trainer, maxEpochs: Number.MAX_SAFE_INTEGER, maxSteps: 2 * steps },
    parallel: { ...options.parallel, workers },
  });
  let [begin, end, samples] = [0, 0, 0];
  for await (const event of run) {
    if (event.event !== 'step') continue;
    if (event.step === steps) begin = event.elapsedMs;
    if (event.step <= steps) continue;
    end = event.elapsedMs;
    samples += event.samples;
  }
  const { weightsSha256 } = await run.result;
  // Times are whole milliseconds; a stretch within one of them counts as one.
  const seconds = Math.max(1, end - begin) / 1000;
  return { samplesPerSecond: samples / seconds, weights: weightsSha256 };
}

function summarize(workers: number, runs: readonly BenchRun[]): Measured {
  const speeds = runs.map(({ samplesPerSecond }) => samplesPerSecond).sort((a, b) => a - b);
  return {
    workers,
    samplesPerSecond: median(speeds),
    range: [speeds[0] ?? 0, speeds.at(-1) ?? 0],
    weights: new Set(runs.map(({ weights }) => weights)),
  };
}

/** Of numbers in order. */
function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? 0)) / 2;
}

function asTable(
  measured: readonly Measured[],
  hashes: ReadonlySet<string>,
  steps: number,
  rounds: number,
): string {
  const base = measured[0]?.samplesPerSecond ?? 0;
  const rows = measured.map(({ workers, samplesPerSecond, range }) => [
    String(workers),
    formatCount(samplesPerSecond),
    `${formatCount(range[0])} to ${formatCount(range[1])}`,
    (samplesPerSecond / base).toFixed(2),
  ]);
  const table = alignColumns(
    [['workers', 'samples/s', 'range', 'speed-up'], ...rows],
    new Set([0, 1, 2, 3]),
  );
  const [first = ''] = hashes;
  const verdict =
    hashes.size === 1
      ? `the same weights every time: sha256 ${first}`
      : `${hashes.size} different weights: ${[...hashes].join(', ')}`;
  return [
    ...table,
    '',
    `medians of ${rounds} interleaved rounds of ${steps} steps, each after ${steps} of warm-up`,
    verdict,
    '',
  ].join('\n');
}

function asJson(
  measured: readonly Measured[],
  hashes: ReadonlySet<string>,
  steps: number,
  rounds: number,
): string {
  const base = measured[0]?.samplesPerSecond ?? 0;
  const results = measured.map(({ workers, samplesPerSecond, range }) => ({
    workers,
    samples_per_second: samplesPerSecond,
    range,
    speed_up: samplesPerSecond / base,
  }));
  const equal = hashes.size === 1;
  return `${JSON.stringify({ event: 'bench', steps, rounds, results, equal_weights: equal, weights_sha256: [...hashes] })}\n`;
}

function wholeNumber(option: string, word: string): number {
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`${option} takes whole numbers of 1 or more, not '${word}'`);
}
