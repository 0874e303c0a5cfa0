/** `pnpm bench`: README.md says how to read what it prints. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { compileKernels } from '@dltrain/kernels';
import { prepareCeilings } from './ceilings.js';
import { readOptions, usage, UsageError } from './command-line.js';
import { busyCores, busyNote, describeMachine, machineLines } from './machine.js';
import { nodesToTrainUnder } from './nodes.js';
import { installPeers } from './peers/installation.js';
import { absentPeers } from './peers/javascript.js';
import { SharedPyTorch } from './peers/shared-pytorch.js';
import { formatTable } from './table.js';

/** @param {import('./command-line.js').Options} options */
async function bench({ quick, chosen, json, install }) {
  // Opened now, so that a place that cannot be written to is not found out at the end.
  if (json !== null) writeFileSync(json, '');
  if (install) installPeers();
  const compiled = {
    exact: compileKernels({ mode: 'exact' }),
    fast: compileKernels({ mode: 'fast' }),
  };
  const machine = await describeMachine(Object.values(compiled));
  const shared = new SharedPyTorch();
  const peers = { pytorch: (await shared.get(1))?.build ?? null, absent: absentPeers() };
  console.log([...machineLines(machine), ...shared.lines(), ...peerLines(peers), ''].join('\n'));

  const timing = quick ? { rounds: 3, ms: 5 } : { rounds: 7, ms: 30 };
  /** @type {import('./suite.js').Context['pytorch']} */
  const pytorch = (threads) => shared.get(threads);
  const ceilings = await prepareCeilings({ compiled, timing, pytorch });
  const context = { quick, compiled, timing, ceilings, pytorch, nodes: nodesToTrainUnder(quick) };
  const results = [];
  for (const { name, title, run } of chosen) {
    process.stderr.write(`measuring ${title} ...\n`);
    const date = new Date().toISOString();
    const { tables, ...measured } = await run(context);
    for (const table of tables) console.log(formatTable(table));
    const busyAfter = await busyCores();
    for (const line of busyNote(busyAfter)) console.log(`${line}\n`);
    results.push({ name, date, busyAfter, ...measured });
    // After each suite, so that one that fails does not take the others with it.
    if (json !== null) {
      const content = { format: 2, machine, peers, quick, suites: results };
      writeFileSync(json, `${JSON.stringify(content, null, 2)}\n`);
    }
  }
  await shared.close();
}

/** @param {{ absent: readonly string[] }} peers */
function peerLines({ absent }) {
  return absent.length === 0
    ? []
    : [`peers     not installed: ${absent.join(', ')} (once: pnpm bench --install-peers)`];
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(usage);
  else await bench(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${usage}`);
  process.exitCode = 2;
}
