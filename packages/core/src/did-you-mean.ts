import { distance } from 'fastest-levenshtein';

/** What is longer is no name that somebody typed, and would take long to compare. */
const longest = 256;

/** ` Did you mean 'x'?` for the name nearest to a mistyped one, or nothing if none is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
}

/** The name nearest to a mistyped one, if it is near enough to be meant; of equally near ones the first. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  const word = plainName(name);
  const most = word.length > 3 ? Math.max(2, Math.floor(word.length / 3)) : 1;
  let nearest: string | undefined;
  let fewest = most + 1;
  for (const candidate of names) {
    const other = plainName(candidate);
    const edits = editsBetween(word, other);
    // As many edits as letters make any word of any other.
    if (edits < fewest && edits < Math.max(word.length, other.length)) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** A name without case and separators, so that batchSize, batch-size and batch_size are one. */
export function plainName(name: string): string {
  return name.replace(/[-_ ]/g, '').toLowerCase();
}

/** How many letters are to be put in, left out or changed; two that changed places count as one. */
function editsBetween(a: string, b: string): number {
  const edits = distance(a, b);
  return edits === 2 && sorted(a) === sorted(b) ? 1 : edits;
}

function sorted(word: string): string {
  return Array.from(word).sort().join('');
}
