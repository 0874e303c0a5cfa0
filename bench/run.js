/** `pnpm bench`: README.md says how to read what it prints. */
import { openSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { compileKernels } from '@dltrain/kernels';
import { busyCores, busyNote, describeMachine, machineLines } from './machine.js';
import { startPyTorch } from './peers/pytorch.js';
import { formatTable } from './table.js';
import { barrier } from './suites/barrier.js';
import { convolution } from './suites/convolution.js';
import { gemm } from './suites/gemm.js';
import { reduce } from './suites/reduce.js';
import { step } from './suites/step.js';

const suites = [gemm, convolution, barrier, reduce, step];
const names = suites.map(({ name }) => name).join(', ');
const usage = `Usage: pnpm bench [--quick] [--only SUITE,...] [--json FILE]

  --quick       fewer and shorter rounds
  --only LIST   some of the suites: ${names}
  --json FILE   also write everything that was measured, round by round
`;

/** @type {string | null} */
let saidOfPyTorch = null;

/** @param {{ quick: boolean, chosen: typeof suites, json: number | null }} options */
async function bench({ quick, chosen, json }) {
  const compiled = {
    exact: compileKernels({ mode: 'exact' }),
    fast: compileKernels({ mode: 'fast' }),
  };
  const machine = await describeMachine(Object.values(compiled));
  console.log(`${machineLines(machine).join('\n')}\n`);
  const context = {
    quick,
    compiled,
    timing: quick ? { rounds: 3, ms: 10 } : { rounds: 7, ms: 30 },
    pytorch,
  };
  const results = [];
  for (const { name, title, run } of chosen) {
    process.stderr.write(`measuring ${title} ...\n`);
    const { tables, ...measured } = await run(context);
    for (const table of tables) console.log(formatTable(table));
    results.push({ name, ...measured });
  }
  const busyAfter = await busyCores();
  for (const line of busyNote(busyAfter)) console.log(line);
  if (json !== null) {
    const content = { format: 1, machine: { ...machine, busyAfter }, quick, suites: results };
    writeFileSync(json, `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** @param {number} threads */
async function pytorch(threads) {
  const peer = await startPyTorch(threads);
  const line = peer ? buildLine(peer.build) : 'missing (Debian, Ubuntu: python3-torch): left out';
  if (line !== saidOfPyTorch) console.log(`PyTorch   ${line}\n`);
  saidOfPyTorch = line;
  return peer;
}

/** @param {import('./peers/pytorch.js').PyTorchBuild} build */
function buildLine({ version, blas, referenceBlas }) {
  const warning = referenceBlas
    ? '\n          That is the reference BLAS, some 30 times slower than OpenBLAS (Debian, Ubuntu:' +
      '\n          libopenblas0-pthread). Ratios to this PyTorch say nothing.'
    : '';
  return `${version}, multiplies with ${blas ?? 'an unknown BLAS'}${warning}`;
}

/** What the command line asks for; null for the usage. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const wanted = values.only?.split(',').map((name) => name.trim());
    const unknown = wanted?.find((name) => !suites.some((suite) => suite.name === name));
    if (unknown !== undefined) throw new Error(`There is no suite '${unknown}', only ${names}.`);
    return {
      quick: values.quick,
      chosen: suites.filter(({ name }) => wanted?.includes(name) ?? true),
      // Opened now, so that a place that cannot be written to is not found out at the end.
      json: values.json === undefined ? null : openSync(values.json, 'w'),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

const options = readOptions();
if (options === null) process.stdout.write(usage);
else await bench(options);
