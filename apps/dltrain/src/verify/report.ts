import { alignColumns } from '../progress/format.js';
import type { Difference } from './compare.js';
import { isRight } from './judge.js';
import type { Judged } from './judge.js';
import { describeVariant } from './variant.js';

/** What a report says besides its runs. */
export interface Circumstances {
  /** Steps that were asked for. */
  readonly steps: number;
  /** Runs that were to be made. */
  readonly runs: number;
  readonly withKills: boolean;
  /** Whether the config asks for `mode: fast`, which promises nothing. */
  readonly isFast: boolean;
}

interface Colors {
  readonly bold: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
}

const plain: Colors = { bold: String, green: String, red: String };

/** Characters of a hash that tell runs apart at a glance. */
const shortHash = 12;
const fullHash = 64;
/** Names of tensors that a line has room for. */
const namedTensors = 3;

/** Whether every run that was to be made was made, and is as it must be; one alone agrees with nothing. */
export function allAgree(runs: readonly Judged[], about: Circumstances): boolean {
  return runs.length > 1 && runs.length === about.runs && runs.every(isRight);
}

/** A row for each run, and then what follows from them. */
export function asTable(
  runs: readonly Judged[],
  about: Circumstances,
  width: number,
  colors: Colors = plain,
): string {
  const [head = '', ...rows] = table(runs, about, width);
  const painted = rows.map((row, i) => {
    const run = runs[i];
    return run === undefined || isRight(run) ? row : colors.red(row);
  });
  const [verdict = '', ...details] = conclusion(runs, about);
  const paint = allAgree(runs, about) ? colors.green : colors.red;
  const told = [paint(verdict), ...details];
  return `${[colors.bold(head), ...painted, '', ...told].join('\n')}\n`;
}

function table(runs: readonly Judged[], { withKills }: Circumstances, width: number): string[] {
  const tableOf = (hashLength: number, withKernels: boolean): string[] => {
    const head = ['Node', 'workers', ...(withKills ? ['killed'] : []), 'steps'];
    const rows = runs.map(({ variant, trail }) => [
      variant.node.version,
      String(variant.workers),
      ...(withKills ? [variant.isKilled ? 'yes' : 'no'] : []),
      String(trail.length),
    ]);
    const right = new Set([1, head.length - 1]);
    if (withKernels) head.push('kernels');
    head.push('sha256', 'result');
    rows.forEach((row, i) => {
      const run = runs[i];
      if (run === undefined) return;
      if (withKernels) row.push(run.start?.variant ?? '-');
      row.push(run.trail.at(-1)?.sha256.slice(0, hashLength) ?? '-', verdictOf(run));
    });
    return alignColumns([head, ...rows], right);
  };
  const isFitting = (lines: readonly string[]) => lines.every((line) => line.length <= width);
  const shapes = [tableOf(fullHash, true), tableOf(shortHash, true), tableOf(shortHash, false)];
  return shapes.find(isFitting) ?? tableOf(shortHash / 2, false);
}

function verdictOf({ isReference, difference, fault }: Judged): string {
  if (fault !== null) return 'failed';
  if (difference !== null) return 'differs';
  return isReference ? 'reference' : 'agrees';
}

/** What the runs prove, and what is wrong with each that is not as it must be. */
function conclusion(runs: readonly Judged[], about: Circumstances): string[] {
  const { steps, isFast, runs: wanted } = about;
  const trained = Math.max(0, ...runs.map(({ trail }) => trail.length));
  const end =
    trained < steps ? [`the run has ${trained} steps, fewer than the ${steps} asked for`] : [];
  const stopped = runs.length < wanted ? [`stopped early: ${runs.length} of ${wanted} runs`] : [];
  const wrong = runs.filter((run) => !isRight(run));
  const notes = [...stopped, ...(trained === 0 ? [] : end)];
  if (wrong.length === 0) {
    const hash = runs[0]?.trail.at(-1)?.sha256 ?? '';
    const verdict =
      runs.length === 1
        ? `a single run of ${trained} steps, which nothing is compared with:`
        : `all ${runs.length} runs have the same weights after every one of ${trained} steps:`;
    return [verdict, `sha256 ${hash}`, ...notes];
  }
  const parted = runs.filter(({ fault, difference }) => fault === null && difference !== null);
  const verdict =
    parted.length === 0 ? `${wrong.length} OF ${runs.length} RUNS FAILED:` : 'DIFFERENT WEIGHTS:';
  const reference = runs.find(({ isReference }) => isReference);
  const from =
    reference === undefined ? [] : [`compared with ${describeVariant(reference.variant)}`];
  const mode = isFast ? ['parallel.mode is fast, which does not promise the same weights'] : [];
  return [verdict, ...wrong.map((run) => `  ${whatIsWrong(run)}`), ...from, ...mode, ...notes];
}

function whatIsWrong({ variant, fault, difference }: Judged): string {
  const parts: string[] = [];
  if (difference?.kind === 'weights') parts.push(describeDifference(difference));
  if (fault !== null) parts.push(fault);
  else if (difference?.kind === 'missing') parts.push(describeDifference(difference));
  return `${describeVariant(variant)}: ${parts.join('; ')}`;
}

function describeDifference(difference: Difference): string {
  if (difference.kind === 'missing') {
    return difference.from === 'second'
      ? `has no step ${difference.step}`
      : `goes on to step ${difference.step}, beyond the end of the other`;
  }
  const { step, tensors } = difference;
  const shown = tensors.slice(0, namedTensors).join(', ');
  const more = tensors.length - namedTensors;
  const names = shown === '' ? 'the file alone' : shown;
  return `differs from step ${step} on, in ${names}${more > 0 ? ` and ${more} more` : ''}`;
}

/** One object with the hash of every run at every step. */
export function asJson(runs: readonly Judged[], about: Circumstances): string {
  const differing = runs.flatMap(({ difference }) => difference ?? []);
  const first = differing.sort((a, b) => a.step - b.step)[0] ?? null;
  const report = {
    event: 'verify',
    steps: about.steps,
    stopped: runs.length < about.runs,
    all_agree: allAgree(runs, about),
    first_difference: first === null ? null : differenceObject(first),
    runs: runs.map((run) => ({
      node: run.variant.node.version,
      node_path: run.variant.node.path,
      workers: run.variant.workers,
      killed: run.variant.isKilled,
      kernels: run.start?.variant ?? null,
      replaced_workers: run.recoveries.length,
      steps: run.trail.length,
      weights_sha256: run.trail.map(({ sha256 }) => sha256),
      is_reference: run.isReference,
      agrees: isRight(run),
      first_difference: run.difference === null ? null : differenceObject(run.difference),
      failure: run.fault,
    })),
  };
  return `${JSON.stringify(report)}\n`;
}

function differenceObject(difference: Difference): object {
  const { kind, step } = difference;
  return kind === 'weights'
    ? { kind, step, tensors: difference.tensors }
    : { kind, step, from: difference.from === 'first' ? 'reference' : 'run' };
}
