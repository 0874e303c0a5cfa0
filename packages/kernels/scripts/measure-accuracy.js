/**
 * Sweeps every elementary function and writes docs/accuracy.md, and the exact values that the tests
 * compare a part of the sweep with (`elementary-values.json`). Needs a build, and Python with mpmath; takes
 * some minutes. Names as arguments measure those functions only, and leave the others as they are.
 *
 *   node packages/kernels/scripts/measure-accuracy.js [name...]
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import {
  argumentsF64,
  elementaryFunctions,
  thinF64,
  ulp,
  worstOfF32,
  worstOfF64,
} from './accuracy.js';

const scripts = path.dirname(fileURLToPath(import.meta.url));

/** Heaps begin behind the constants; scratch lies first. */
const start = 65536;

async function loadCompute() {
  const bytes = await readFile(path.join(scripts, '../dist/exact.wasm'));
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const kernels = /** @type {Record<string, (...numbers: number[]) => number>} */ (
    /** @type {unknown} */ (instance.exports)
  );
  kernels.setScratch?.(start);
  const first = start + (kernels.scratchBytes?.() ?? 0);
  /** @type {import('./accuracy.js').Compute} */
  return (kernel, inputs) => {
    const length = inputs[0]?.length ?? 0;
    const Type = kernel.endsWith('_f32') ? Float32Array : Float64Array;
    const addresses = [0, 1, 2].map((i) => first + i * 8 * (length + 2));
    inputs.forEach((input, i) => {
      new Type(memory.buffer, addresses[i + 1], length).set(input);
    });
    const [out = 0, a = 0, b = 0] = addresses;
    if (inputs.length === 1) kernels[kernel]?.(out, a, length);
    else kernels[kernel]?.(out, a, b, length, 0);
    return new Type(memory.buffer, out, length).slice();
  };
}

/**
 * @param {string} name
 * @param {readonly Float64Array[]} inputs
 */
function exactValues(name, inputs) {
  const bytes = Buffer.concat(inputs.map((list) => Buffer.from(list.buffer)));
  const python = spawnSync('python3', [path.join(scripts, 'exact-values.py'), name], {
    input: bytes,
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (python.status !== 0)
    throw new Error(`exact-values.py ${name} failed: ${String(python.error)}`);
  const numbers = new Float64Array(new Uint8Array(python.stdout).buffer);
  const count = numbers.length / 2;
  const exact = numbers.slice(0, count);
  // The rest in ulp: as a number of its own it might be out of the range of f32.
  const rest = numbers
    .slice(count)
    .map((low, i) => (low === 0 ? 0 : low / ulp('f64', exact[i] ?? 0)));
  return { exact, rest };
}

/** @param {import('./accuracy.js').Worst} worst */
function cells({ error, at }) {
  return `${(Math.ceil(error * 1000) / 1000).toFixed(3)} | ${at.map((x) => `\`${String(x)}\``).join(', ')}`;
}

const head = `# The accuracy of the elementary functions

The largest errors that a sweep finds, in units in the last place (ulp) of the exact result, and where they are.
A perfect function has 0.5. The promise is 2, over the whole range, subnormal numbers included, and the
special values of IEEE 754 at infinities, NaN and signed zeros. The bits are the same on every machine.

- f32: every 251st of all 2^32 patterns of bits, 17 million arguments, beside the f64 functions of the engine;
- f64: 200,000 arguments, half of them of all exponents and half from an interval where something
  happens, beside values of 170 bits (mpmath);
- both: special numbers and their neighbours; for functions of two arguments, pairs of all of these.

The table is written by \`node packages/kernels/scripts/measure-accuracy.js\`. The tests sweep a part of the
same arguments, and fail where an error exceeds the table or 2 ulp.

`;

const compute = await loadCompute();
const page = path.join(scripts, '../../../docs/accuracy.md');
const values = path.join(scripts, '../elementary-values.json');
const names = Object.keys(elementaryFunctions);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : names;
const partly = wanted.length < names.length;
const rows = new Map(
  (partly ? await readFile(page, 'utf8') : '')
    .split('\n')
    .map((line) => [line.split(' ')[1], line]),
);
/** @type {Record<string, string>} */
const kept = partly
  ? /** @type {Record<string, string>} */ (JSON.parse(await readFile(values, 'utf8')))
  : {};
for (const name of wanted) {
  const f32 = worstOfF32(name, compute, 1);
  const inputs = argumentsF64(name, 1);
  const { exact, rest } = exactValues(name, inputs);
  const f64 = worstOfF64(name, compute, inputs, exact, rest);
  const row = `| ${name} | ${cells(f32)} | ${cells(f64)} |`;
  process.stdout.write(`${row}\n`);
  rows.set(name, row);
  const few = exactValues(name, argumentsF64(name, thinF64));
  kept[name] = Buffer.concat([
    Buffer.from(few.exact.buffer),
    Buffer.from(Float32Array.from(few.rest).buffer),
  ]).toString('base64');
}
const table = [
  '| function | f32: ulp | at | f64: ulp | at |',
  '| --- | --- | --- | --- | --- |',
  ...names.map((name) => rows.get(name) ?? ''),
];
const text = `${head}${table.join('\n')}\n`;
const style = await prettier.resolveConfig(page);
await writeFile(page, await prettier.format(text, { ...style, parser: 'markdown' }));
await writeFile(values, `${JSON.stringify(kept, null, 2)}\n`);
