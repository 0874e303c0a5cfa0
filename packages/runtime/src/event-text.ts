/** More than anybody reads of a message, and far less than a log takes of an event. */
const mostCharacters = 16_384;

/** A text for an event, such as the message of an error, which may be of any length. */
export function eventText(text: string): string {
  const more = text.length - mostCharacters;
  return more <= 0 ? text : `${text.slice(0, mostCharacters)}… (${more} more characters)`;
}
