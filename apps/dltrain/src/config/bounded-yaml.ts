import { Composer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';

/** Far above any config written by hand, and low enough that no input takes long to parse. */
export const mostCharacters = 64 * 1024;
const deepest = 64;
/** The parser compares each key of a mapping with every other. */
const mostKeys = 1024;
/** Keys, items and what stands between them: each may be wrong in a way of its own, which is told. */
const mostTokens = 16_384;
/** Aliases may repeat what was written, not blow it up. */
const mostAliases = 100;

export type Composed =
  | { readonly documents: readonly Document.Parsed[]; readonly lines: LineCounter }
  | { readonly failure: string };

/**
 * Parses YAML from anyone: size and depth are bounded before the parts of the parser run that
 * recurse or compare every key with every other. Syntax errors are in the documents.
 */
export function composeYaml(text: string): Composed {
  if (text.length > mostCharacters) {
    return {
      failure: `${text.length} characters, more than the ${mostCharacters} a config may have`,
    };
  }
  if (text.includes('\0')) return { failure: 'binary data, not YAML' };
  const lines = new LineCounter();
  try {
    const tokens = [...new Parser(lines.addNewLine).parse(text)];
    const failure = problemOf(tokens);
    if (failure !== null) return { failure };
    const composer = new Composer({ uniqueKeys: true, stringKeys: true });
    const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
    return { documents, lines };
  } catch (error) {
    if (error instanceof RangeError)
      return { failure: 'more lines or levels than a config may have' };
    throw error;
  }
}

/** The plain value of a document whose errors were looked at, or why there is none. */
export function plainValue(
  document: Document,
): { readonly value: unknown } | { readonly failure: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    return holdsItself(value) ? { failure: 'an alias (*name) inside what it names' } : { value };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const excessive = error.message.startsWith('Excessive alias count');
    return {
      failure: excessive
        ? `aliases (*name) that expand to more than ${mostAliases} copies`
        : error.message,
    };
  }
}

/** What makes tokens too much for the rest of the parser; no recursion, since the depth may be anything. */
function problemOf(tokens: readonly CST.Token[]): string | null {
  if (tokens.some((token) => token.type === 'directive' && otherVersion.test(token.source))) {
    return 'it asks for another version than YAML 1.2, in which the same text means something else';
  }
  let tokensFound = tokens.length;
  const open: { token: unknown; depth: number }[] = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (typeof token !== 'object' || token === null) continue;
    if (depth > deepest) return `nested more than ${deepest} levels deep`;
    if ('items' in token && Array.isArray(token.items)) {
      const items = token.items as CST.CollectionItem[];
      const keys = items.filter((item) => 'sep' in item || 'key' in item).length;
      if (keys > mostKeys) return `more than ${mostKeys} keys in one mapping`;
      for (const item of items) {
        tokensFound += 1 + item.start.length + (item.sep?.length ?? 0);
        if (tokensFound > mostTokens) return `more than ${mostTokens} keys, items and marks`;
        open.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
      }
    }
    if ('value' in token) open.push({ token: token.value, depth: depth + 1 });
  }
  return null;
}

const otherVersion = /^%YAML\s+(?!1\.2\s*$)/;

/** Whether a value holds itself, as an alias inside its own anchor makes it. */
function holdsItself(value: unknown, around: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  const inside = new Set(around).add(value);
  return Object.values(value).some((item) => holdsItself(item, inside));
}
