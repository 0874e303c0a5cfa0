import { shownText } from '@dltrain/core';
import type { Identity } from './identity.js';

/** A fact in which a run differs from that of a checkpoint; the values are JSON, null for none. */
export interface IdentityDifference {
  readonly key: string;
  readonly was: string | null;
  readonly is: string | null;
  /** Of the content of a module of the user's, or of what it imports: the name of the file. */
  readonly file?: string;
}

/** Facts that follow from others, and what they follow from; the first that fits a key. */
const derivations: readonly {
  readonly fact: RegExp;
  readonly from: RegExp;
  /** Whether it says nothing beside what it follows from. */
  readonly isSilent: boolean;
}[] = [
  {
    // Fitted to the samples that the split leaves for training.
    fact: /^data\.transforms\./,
    from: /^(seed$|data\.(train|val)\b)/,
    isSilent: true,
  },
  { fact: /^parameters\./, from: /^(model\.|data\.train\b|kernels\.mode$)/, isSilent: true },
  { fact: /^leaves$/, from: /^trainer\.batchSize$/, isSilent: false },
  {
    fact: /^trainer\.(steps|validateEvery)$/,
    from: /^(trainer\.(batchSize|accumulateGradBatches)$|data\.)/,
    isSilent: false,
  },
];

/**
 * A module's file: its content, not its name, is what counts. Manifests did not always have the content, so
 * where one side has none, its name has to do; that there was no module at all shows in the name, too.
 */
const factOfModule = /^(model|loss|metrics\.\d+)\.(module|sha256)$/;

/** A file that a module imports. One that comes or goes shows in the file that imports it. */
const factOfImport = /^(model|loss|metrics\.\d+)\.imports\.(.+)$/;

/**
 * The facts in which two identities differ: causes first, then what follows from them, unless that says
 * nothing more.
 */
export function identityDifferences(before: Identity, now: Identity): IdentityDifference[] {
  const [old, current] = [known(before), known(now)];
  const keys = [...new Set([...old.keys(), ...current.keys()])].sort();
  const all = keys.flatMap((key): IdentityDifference[] => {
    const [was, is] = [old.get(key) ?? null, current.get(key) ?? null];
    if (was === is) return [];
    const imported = factOfImport.exec(key)?.[2];
    if (imported !== undefined) {
      return was === null || is === null ? [] : [{ key, was, is, file: nameOf(imported) }];
    }
    const [, option, fact] = factOfModule.exec(key) ?? [];
    if (option === undefined) return [{ key, was, is }];
    const isKnown = [old, current].every((identity) => identity.has(`${option}.sha256`));
    if (fact === 'module') return isKnown ? [] : [{ key, was, is }];
    return isKnown ? [{ key, was, is, file: fileOf(current.get(`${option}.module`)) }] : [];
  });
  const derived = new Map(
    all.flatMap((difference) => {
      const found = derivations.find(({ fact }) => fact.test(difference.key));
      const isExplained = found !== undefined && all.some(({ key }) => found.from.test(key));
      return isExplained ? [[difference, found] as const] : [];
    }),
  );
  const rest = [...derived].flatMap(([difference, { isSilent }]) => (isSilent ? [] : [difference]));
  return [...all.filter((difference) => !derived.has(difference)), ...rest];
}

/** The name in a fact of this run, which is known to be a text. */
function fileOf(json = '""'): string {
  return String(JSON.parse(json));
}

/** What is no word is quoted in a key. */
function nameOf(part: string): string {
  return part.startsWith('"') ? String(JSON.parse(part)) : part;
}

/** The facts of an identity; what is null is as good as absent. */
function known(identity: Identity): Map<string, string> {
  return new Map(identity.filter(([, json]) => json !== 'null'));
}

/** What the facts are called that are no options themselves. */
const names: Readonly<Record<string, string>> = {
  leaves: 'parallel.shards',
  'kernels.mode': 'parallel.mode',
  'trainer.steps': 'trainer.maxEpochs or trainer.maxSteps, in steps,',
  'trainer.validateEvery': 'trainer.valEvery, in steps,',
};

/** What is said of facts that only dltrain can read, once for all of a kind. */
const sentences: readonly (readonly [fact: RegExp, sentence: string])[] = [
  [/^data\.train\./, 'the training data are not those of the checkpoint'],
  [/^data\.val\.(?!split)/, 'the validation data are not those of the checkpoint'],
  [/^data\.test\./, 'the test data are not those of the checkpoint'],
  [/^parameters\./, 'the parameters of the model have other names, types or shapes'],
  [/^(format|kernels\.sha256)$/, 'the checkpoint is of another version of dltrain'],
];

const mostLines = 12;
const longestValue = 60;
/** Twelve digits, and a sign that there are more. */
const hashShown = 13;

/**
 * A line for each difference, as people read it. `spell` is how the name of an option is spelt, for who has
 * other names than the library's.
 */
export function describeDifferences(
  differences: readonly IdentityDifference[],
  spell: (key: string) => string = String,
): string[] {
  const lines = differences.map(({ key, was, is, file }) => {
    if (file !== undefined) {
      const isImported = factOfImport.test(key);
      const name = key.replace(isImported ? factOfImport : factOfModule, '$1.module');
      const option = shownText(spell(name));
      const relation = isImported ? `which ${option} imports` : `which is ${option}`;
      const [before, now] = [beginning(was), beginning(is)];
      return `${shownText(file)}, ${relation}, was edited since (SHA-256 was ${before} and is ${now})`;
    }
    const sentence = sentences.find(([fact]) => fact.test(key))?.[1];
    return (
      sentence ?? `${shownText(spell(names[key] ?? key))} was ${shown(was)} and is ${shown(is)}`
    );
  });
  const told = [...new Set(lines)];
  const more = told.length - mostLines;
  return more > 1 ? [...told.slice(0, mostLines), `and ${more} more`] : told;
}

/** As much of a hash as tells it from others. */
function beginning(json: string | null): string {
  return shownText(json?.replaceAll('"', '') ?? '', hashShown);
}

function shown(json: string | null): string {
  if (json === null) return 'absent';
  return shownText(json, longestValue);
}
