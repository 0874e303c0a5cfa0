import { shownText } from '@dltrain/core';
import { distance } from 'fastest-levenshtein';

/** ` Did you mean "x"?` for the candidate nearest to a mistyped name, or nothing if none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  let nearest = '';
  let best = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < best) {
      best = edits;
      nearest = candidate;
    }
  }
  return nearest === '' ? '' : ` Did you mean "${shownText(nearest)}"?`;
}

/** The first few names of a list, for a message. */
export function listed(names: readonly string[], most = 8): string {
  const shown = names
    .slice(0, most)
    .map((name) => `"${shownText(name, 40)}"`)
    .join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
