/** Frames of the engine and of what runs the threads: nobody's mistake is ever there. */
const hostFrame = /\bnode:|\(<anonymous>\)$|[\\/](?:comlink|piscina)[\\/]/;

/** Frames of the library itself. */
const ownFrame =
  /[\\/](?:packages|@dltrain)[\\/](?:core|kernels|nn|data|runtime)[\\/](?:dist|src)[\\/]/;

/**
 * The lines of a rank's stack that say more than the message does: the calls down to the user's own code,
 * if any of it is there. Of an anomaly only those, since the library's say nothing about it.
 */
export function stackLines(stack: string, message: string): string[] {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => !message.includes(line.trim()));
  const rest = (first < 0 ? [] : lines.slice(first)).filter((line) => !hostFrame.test(line));
  const users = rest.filter((line) => !ownFrame.test(line));
  if (!users.some((line) => /^\s*at /.test(line))) return [];
  return stack.startsWith('AnomalyError') ? users : rest;
}
