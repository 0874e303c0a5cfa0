import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeDirectory } from '@dltrain/core';
import { commandName } from '../command-name.js';
import { writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { starterConfig, starterData } from './starter.js';

/** Writes a config to start from and the data it trains on. Nothing is ever overwritten. */
export async function init(directory: string): Promise<number> {
  const files = [
    { path: join(directory, 'dltrain.yaml'), text: starterConfig },
    { path: join(directory, 'spirals.csv'), text: starterData() },
  ];
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined) {
    throw new UsageError(
      `${taken.path} is there already, and nothing is overwritten; give another folder: ${commandName()} init FOLDER`,
    );
  }
  await makeDirectory(directory);
  for (const { path, text } of files) writeNew(path, text);
  const config = relative('', join(directory, 'dltrain.yaml'));
  const command = commandName();
  writeTo(
    process.stdout,
    [
      `wrote ${files.map(({ path }) => relative('', path)).join(' and ')}`,
      '',
      'next:',
      `  ${command} ${config}                       train it`,
      `  ${command} ${config} optimizer.lr=0.05     change a value`,
      `  ${command} validate ${config}              check it without training`,
      '',
    ].join('\n'),
  );
  return 0;
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const { message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be written: ${message}; give another folder`);
  }
}
