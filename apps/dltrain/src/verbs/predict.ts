import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { DataError, readCsv, readIdxPair, resolveDataPath } from '@dltrain/data';
import type { CsvOptions, Dataset } from '@dltrain/data';
import { loadModel } from '../load-model.js';
import type { LoadedModel, Prediction } from '../load-model.js';
import { writeOut, writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { writeFileWhole } from '../write-output.js';

/** `dltrain predict RUN --input FILE`: probabilities or values of each sample as CSV; of a run or a checkpoint. */
export async function predict(
  run: string,
  flags: { readonly input: string; readonly output?: string },
): Promise<number> {
  const file = resolveDataPath(flags.input, process.cwd());
  if (flags.output !== undefined && isSameFile(file, flags.output)) {
    throw new UsageError(
      `--output ${flags.output} would overwrite the samples of --input ${flags.input}; give another path`,
    );
  }
  const model = await loadModel(run);
  const samples = await readSamples(file, model);
  const lines = csvLines(model.predict(samples), model);
  if (flags.output === undefined) {
    for (const line of lines) if (!(await writeOut(line))) break;
    return 0;
  }
  writeFileWhole(flags.output, [...lines].join(''));
  writeTo(process.stderr, `wrote ${samples.length} predictions to ${flags.output}\n`);
  return 0;
}

/** Whether two paths lead to one file, also by links. */
function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false;
  const [a, b] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
  return a.dev === b.dev && a.ino === b.ino;
}

/** Samples from a CSV or an IDX file, told apart by the name. */
async function readSamples(file: string, { config, inputShape }: LoadedModel): Promise<Dataset> {
  const isText = /^\.(csv|tsv|txt)$/i.test(extname(file.replace(/\.gz$/i, '')));
  if (!isText) return readIdxPair(file, null);
  const { train } = config.data;
  if (!('type' in train) || train.type !== 'csv') return readCsv(file);
  const { header, delimiter, inputs, target, target_type: targetType } = train;
  if (inputs !== undefined) return readCsv(file, { header, delimiter, inputs });
  // Every column but the target is an input, and a file to predict may come with or without it.
  const all = await readAll(file, { header, delimiter });
  const [width] = inputShape ?? [];
  const isComplete = all !== null && (width === undefined || all.inputs.shape[0] === width);
  return isComplete ? all : readCsv(file, { header, delimiter, target, targetType });
}

/** Every column as an input; null where one of them is no number, as the names of classes are. */
async function readAll(file: string, options: CsvOptions): Promise<Dataset | null> {
  try {
    return await readCsv(file, options);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** A header, then one line a sample. */
function* csvLines(prediction: Prediction, { classNames }: LoadedModel): Generator<string> {
  const { shape, values, classes } = prediction;
  const [samples = 0] = shape;
  const width = values.length / samples;
  const kind = classes === null ? 'output' : 'probability';
  const columns = Array.from({ length: width }, (_, i) => `${kind}_${classNames?.[i] ?? i}`);
  yield csvLine(classes === null ? columns : ['class', ...columns]);
  for (let sample = 0; sample < samples; sample += 1) {
    const outputs = Array.from(values.subarray(sample * width, (sample + 1) * width), shortest);
    const index = classes?.[sample];
    yield csvLine(
      index === undefined ? outputs : [classNames?.[index] ?? String(index), ...outputs],
    );
  }
}

/** As many digits as tell an f32 from its neighbours. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) =>
    /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  );
  return `${quoted.join(',')}\n`;
}
