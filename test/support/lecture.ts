import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './command.js';

const run = promisify(execFile);

/** Where the programs of the lecture are. */
export const lectureFolder = path.join(repository, 'examples', 'lecture');

/** Runs a program of the lecture as a person would, and returns what it prints, line by line. */
export async function lectureProgram(name: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await run(process.execPath, [path.join(lectureFolder, name), ...args]);
  if (stderr !== '') throw new Error(`${name} complains: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

/** The numbers in a line, in order. */
export function numbersIn(line: string | undefined): number[] {
  return (line ?? '').match(/-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?/g)?.map(Number) ?? [];
}
