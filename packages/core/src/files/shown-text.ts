const mostCharacters = 80;

/**
 * Text out of a file, for a message: cut to a length that a terminal shows, and without what would
 * command it (control characters) or what it cannot show (halves of surrogate pairs).
 *
 * @example
 * `tensor '${shownText(name)}' occurs twice`
 */
export function shownText(text: string, most = mostCharacters): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(/[\p{Cc}\p{Surrogate}]/gu, '\u{fffd}');
}
