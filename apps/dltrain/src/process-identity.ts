import { readFileSync } from 'node:fs';

/** Whether there is a process of this number that has not ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Of a process of another user it is not allowed to ask more, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  // A process that has ended stays in the table until its parent has asked how.
  const state = statOf(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/** When a process started, in ticks since the boot; null where the system does not tell. */
export function startTimeOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** Names this boot of this machine; null where the system does not tell. */
export function thisBoot(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** The fields of Linux' `/proc/<pid>/stat` from the third on: the second, a name, may hold anything. */
function statOf(pid: number): string[] | null {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Other systems have no such file, and this one may hide it.
    return null;
  }
}
