import { nearestName, shownText } from '@dltrain/core';

/** ` Did you mean "x"?` for the candidate nearest to a mistyped name, which may be of a file, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : ` Did you mean "${shownText(nearest)}"?`;
}

/** The first few names of a list, for a message. */
export function listed(names: readonly string[], most = 8): string {
  const shown = names
    .slice(0, most)
    .map((name) => `"${shownText(name, 40)}"`)
    .join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
