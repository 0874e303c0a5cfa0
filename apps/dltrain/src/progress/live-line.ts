import type { ProgressParts } from './lines.js';

const widestBar = 24;
const narrowestBar = 6;

/**
 * One line of progress that fits a terminal: what matters least goes first when it is narrow, and a
 * bar takes the room that is left when it is wide.
 */
export function liveLine(parts: ProgressParts, share: number, columns: number): string {
  const room = Math.max(8, columns - 1);
  const { epoch, step, measures, rate, left } = parts;
  const [loss = '', ...others] = measures;
  // In the order of what a person would miss most.
  const wanted = [loss, epoch, others[0], left, rate, step, ...others.slice(1)];
  const kept = new Set<string>();
  let width = -2;
  for (const part of wanted) {
    if (part === undefined || part === null || width + 2 + part.length > room) continue;
    kept.add(part);
    width += 2 + part.length;
  }
  const shown = [epoch, step, ...measures, rate, left].filter(
    (part): part is string => part !== null && kept.has(part),
  );
  const spare = Math.min(widestBar, room - width - 2);
  if (spare >= narrowestBar) shown.splice(shown[0] === epoch ? 1 : 0, 0, bar(share, spare));
  const line = shown.join('  ');
  return line.length <= room ? line : line.slice(0, room);
}

function bar(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.round(share * width)));
  return '━'.repeat(full) + '─'.repeat(width - full);
}
