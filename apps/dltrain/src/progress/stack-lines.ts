/** Frames of the library itself, and of what runs its threads. */
const ownFrame =
  /[\\/](?:packages|@dltrain)[\\/](?:core|kernels|nn|data|runtime)[\\/](?:dist|src)[\\/]|node:|[\\/](?:comlink|piscina)[\\/]/;

/**
 * The lines of a rank's stack that say more than the message does: the calls, and of an anomaly only those
 * of the user's own code, since the library's say nothing about it.
 */
export function stackLines(stack: string, message: string): string[] {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => !message.includes(line.trim()));
  const rest = first < 0 ? [] : lines.slice(first);
  return stack.startsWith('AnomalyError') ? rest.filter((line) => !ownFrame.test(line)) : rest;
}
