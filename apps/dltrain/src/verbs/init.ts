import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { commandName } from '../command-name.js';
import { UsageError } from '../usage-error.js';
import { starterConfig, starterData } from './starter.js';

/** Writes a config to start from and the data it trains on. Nothing is ever overwritten. */
export function init(directory: string): number {
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
  mkdirSync(directory, { recursive: true });
  for (const { path, text } of files) writeFileSync(path, text, { flag: 'wx' });
  const config = relative('', join(directory, 'dltrain.yaml'));
  const command = commandName();
  process.stdout.write(
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
