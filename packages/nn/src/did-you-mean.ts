import { distance } from 'fastest-levenshtein';

/** ` Did you mean 'x'?` for the name nearest to a mistyped one, or nothing if none is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
}

/** The name nearest to a mistyped one, if it is near enough to be meant. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < best) {
      best = edits;
      nearest = candidate;
    }
  }
  return nearest;
}
