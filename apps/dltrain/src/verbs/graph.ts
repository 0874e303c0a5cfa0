import { drawModel } from '../graph/draw-graph.js';
import { modelOfConfig } from '../model-of-config.js';
import { UsageError } from '../usage-error.js';
import { writeOutput } from '../write-output.js';
import { loadFromCommandLine } from './train.js';

export interface GraphFlags {
  readonly svg?: string;
  readonly depth?: string;
}

/** `dltrain graph config.yaml --svg FILE`: what the model of a config does, as a picture. */
export async function graph(words: readonly string[], flags: GraphFlags): Promise<number> {
  const depth = depthOf(flags.depth);
  const loaded = loadFromCommandLine(words, undefined);
  const { model, input } = await modelOfConfig(loaded);
  const title = loaded.config.name;
  const svg = await drawModel(model, input, { title, ...(depth === null ? {} : { depth }) });
  await writeOutput(flags.svg, svg);
  return 0;
}

function depthOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const depth = Number(word);
  if (/^\d+$/.test(word)) return depth;
  throw new UsageError(`--depth takes a whole number of 0 or more, not '${word}'`);
}
