import { Composer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';

/** Far above any config written by hand, and low enough that no input takes long to parse. */
const mostCharacters = 128 * 1024;
const deepest = 64;
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
    if (tokens.some((token) => depthOf(token) > deepest)) {
      return { failure: `nested more than ${deepest} levels deep` };
    }
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
    return { value: document.toJS({ maxAliasCount: mostAliases }) };
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

/** How deep a parsed token nests; without recursion, since the depth may be anything. */
function depthOf(token: CST.Token): number {
  let depthFound = 0;
  const open: { token: unknown; depth: number }[] = [{ token, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token: current, depth } = next;
    if (typeof current !== 'object' || current === null) continue;
    depthFound = Math.max(depthFound, depth);
    if ('items' in current && Array.isArray(current.items)) {
      for (const item of current.items as CST.CollectionItem[]) {
        open.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
      }
    }
    if ('value' in current) open.push({ token: current.value, depth: depth + 1 });
  }
  return depthFound;
}
