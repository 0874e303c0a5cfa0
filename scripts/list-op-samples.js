/**
 * Writes the samples of the ops in the registry as JSON, with the inputs drawn for them: what
 * `make-core-goldens.py` lets PyTorch compute. Reads the built `packages/core`.
 *
 *     node scripts/list-op-samples.js [name...]
 */
import process from 'node:process';
import { registry } from '../packages/core/dist/index.js';
import { inputsOf } from '../packages/core/dist/sample-inputs.js';

/**
 * JSON has no NaN, infinities and -0: they are written as strings that Python's `float` reads.
 *
 * @param {unknown} value
 */
function plain(value) {
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value).replace('Infinity', 'inf').toLowerCase();
}

/** @param {import('../packages/core/dist/index.js').RegisteredOp} entry */
function describe({ name, torch, samples }) {
  return {
    name,
    torch,
    samples: samples.flatMap((sample, key) => {
      if (sample.golden === false) return [];
      const inputs = inputsOf(sample, key).map(({ shape, values, dtype }) => ({
        shape,
        ...(dtype === undefined ? {} : { dtype }),
        data: Array.from(values, plain),
      }));
      return [{ inputs, ...(sample.args === undefined ? {} : { args: sample.args }) }];
    }),
  };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !registry.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `No op is named ${unknown.join(', ')}. Is it in packages/core/src/ops/index.ts, and is packages/core built (npm run build)?\n`,
  );
  process.exit(1);
}
const entries = [...registry.values()].filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);
process.stdout.write(JSON.stringify(entries.map(describe), (_, value) => plain(value)));
