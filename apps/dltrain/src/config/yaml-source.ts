import { isAlias, isCollection, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { composeYaml, plainValue } from './bounded-yaml.js';
import type { Place, Problem } from './problem.js';

export type Path = readonly (string | number)[];

/** A parsed config file that still knows where each key and value stood. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Whether the file itself gives a value at a path. */
  has(path: Path): boolean;
  /** The place of a value; where there is none, of what encloses it. */
  placeOfValue(path: Path): Place;
  /** The place of the key of a mapping entry; where there is none, of what encloses it. */
  placeOfKey(path: Path): Place;
}

export type YamlResult =
  | { readonly source: YamlSource; readonly problems: readonly Problem[] }
  | { readonly source: null; readonly problems: readonly Problem[] };

/** Parses a config; `file` is its name as it is shown in messages. */
export function parseYaml(file: string, text: string): YamlResult {
  const whole = (what: string, remedy?: string): YamlResult => ({
    source: null,
    problems: [{ place: { kind: 'whole', file }, what, remedy }],
  });
  const composed = composeYaml(text);
  if ('failure' in composed) {
    return whole(
      `this cannot be a config: ${composed.failure}`,
      'a config is a short YAML file, in which data files are named',
    );
  }
  const { documents, lines } = composed;
  const locate = placesOf(file, text, lines);
  const document = documents[0];
  if (document === undefined || document.contents === null) {
    return whole('the config is empty', "'dltrain init' writes one to start from");
  }
  const problems = [...syntaxProblems(document, locate), ...aliasProblems(document, locate)];
  const second = documents[1];
  if (second !== undefined) {
    // What is missing in the first may be in the second, so nothing else is worth saying.
    problems.push({
      fatal: true,
      place: locate(second.range[0], second.range[0] + 3),
      what: 'a config is one YAML document, and this file holds several',
      remedy: "remove the line '---' and what follows, or move it to a file of its own",
    });
  }
  if (problems.some((problem) => problem.fatal)) return { source: null, problems };
  if (isScalar(document.contents) || isSeq(document.contents)) {
    const range = document.contents.range;
    problems.push({
      fatal: true,
      place: locate(range[0], range[1]),
      what: `a config is a mapping of keys to values, not ${isSeq(document.contents) ? 'a list' : 'a single value'}`,
      remedy:
        "begin with keys such as 'data:' and 'model:'; 'dltrain init' writes a config to start from",
    });
    return { source: null, problems };
  }
  const plain = plainValue(document);
  if ('failure' in plain) return whole(plain.failure, 'write the values out');
  return { source: sourceOf(file, text, plain.value, document, locate), problems };
}

function sourceOf(
  file: string,
  text: string,
  value: unknown,
  document: Document.Parsed,
  locate: (start: number, end: number) => Place,
): YamlSource {
  const placeOfNode = (node: Node | null | undefined): Place | null => {
    const range = node?.range;
    if (range === undefined || range === null || range[1] <= range[0]) return null;
    return locate(range[0], range[1]);
  };
  const placeOf = (path: Path, what: 'key' | 'value'): Place => {
    const steps = walk(document, path);
    for (let i = steps.length - 1; i >= 0; i -= 1) {
      const step = steps[i];
      if (step === undefined) continue;
      const found = i === path.length - 1;
      // A block that spans lines is best named by its key, as is what is missing inside it.
      const wantsKey = what === 'key' || !found || spansLines(step.node);
      const place = wantsKey
        ? (placeOfNode(step.key) ?? placeOfNode(step.node))
        : (placeOfNode(step.node) ?? placeOfNode(step.key));
      if (place !== null) return place;
    }
    return { kind: 'whole', file };
  };
  return {
    file,
    text,
    value,
    has: (path) => walk(document, path).length === path.length,
    placeOfValue: (path) => placeOf(path, 'value'),
    placeOfKey: (path) => placeOf(path, 'key'),
  };
}

interface Step {
  readonly key: Node | null;
  readonly node: Node | null;
}

/** The nodes along a path, as far as it exists. */
function walk(document: Document.Parsed, path: Path): Step[] {
  const steps: Step[] = [];
  let node: Node | null = document.contents;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair: Pair | undefined = pairOf(node, String(part));
      if (pair === undefined) break;
      node = pair.value as Node | null;
      steps.push({ key: pair.key as Node | null, node });
    } else if (isSeq(node)) {
      node = (node.items[Number(part)] as Node | undefined) ?? null;
      if (node === null) break;
      steps.push({ key: null, node });
    } else {
      break;
    }
  }
  return steps;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function spansLines(node: Node | null): boolean {
  return isCollection(node) && node.flow !== true;
}

function placesOf(file: string, text: string, lines: LineCounter) {
  return (start: number, end: number): Place => {
    const at = lines.linePos(Math.min(start, text.length));
    const line = Math.max(1, at.line);
    const lineStart = lines.lineStarts[line - 1] ?? 0;
    const newline = text.indexOf('\n', lineStart);
    const lineText = text.slice(lineStart, newline < 0 ? text.length : newline).replace(/\r$/, '');
    const column = start - lineStart + 1;
    const length = Math.max(1, Math.min(end - start, lineText.length - column + 1));
    return { kind: 'file', file, line, column, length, text: lineText };
  };
}

interface SyntaxProblem extends Problem {
  /** Whether the document's value can no longer be trusted. */
  readonly fatal: boolean;
}

/** What people do about the commonest slips; the parser's own words say the rest. */
const syntaxRemedies: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: "put text that holds ': ' in quotes, or begin a new line after the colon",
  BAD_INDENT: 'line up the keys of one section in one column, and close every [ and {',
  MISSING_CHAR: 'write the missing character',
  BAD_SCALAR_START: 'put the text in quotes',
  TAG_RESOLVE_FAILED: "remove the tag (the word that begins with '!')",
};

function syntaxProblems(
  document: Document.Parsed,
  locate: (start: number, end: number) => Place,
): SyntaxProblem[] {
  const seen = new Set<number>();
  const problems: SyntaxProblem[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    const place = locate(error.pos[0], error.pos[1]);
    // One slip often breaks several rules on its line.
    if (place.kind === 'file' && seen.has(place.line)) continue;
    if (place.kind === 'file') seen.add(place.line);
    const duplicate = error.code === 'DUPLICATE_KEY';
    const key = place.kind === 'file' ? place.text.slice(place.column - 1).split(':')[0] : '';
    problems.push({
      place,
      fatal: !duplicate,
      what: duplicate
        ? `the key '${key?.trim() ?? ''}' is given twice`
        : `bad YAML: ${firstLine(error.message)}`,
      remedy: duplicate ? 'keep one of the two' : syntaxRemedies[error.code],
    });
  }
  return problems;
}

/** Aliases of nothing, which the parser leaves for whoever asks for the value. */
function aliasProblems(
  document: Document.Parsed,
  locate: (start: number, end: number) => Place,
): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const [start, end] = alias.range ?? [0, 1];
      problems.push({
        fatal: true,
        place: locate(start, end),
        what: `the alias *${alias.source} stands for nothing: there is no &${alias.source} before it`,
        remedy: `write &${alias.source} before the value that is meant, or put text that begins with * in quotes`,
      });
    },
  });
  return problems;
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.replace(/ at line \d+, column \d+:?$/, '');
}
