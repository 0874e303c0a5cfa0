/**
 * Compiles `assembly/index.ts` twice with the AssemblyScript compiler: `dist/exact.wasm`, whose bits
 * are the same on every machine, and `dist/relaxed.wasm`, which may fuse multiply and add. Both
 * import one shared memory (`env.memory`) and own none of it but the constants below
 * `reservedBytes`.
 *
 * Run as a script, or import `buildKernels`.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const packageDirectory = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Constants (polynomial tables and the like) lie in [staticBase, reservedBytes) of every memory;
 * heaps begin at `reservedBytes`, which `src/memory.ts` names too. Every thread's instance writes
 * the same constants to the same place, so they must never be changed: nothing mutable is static.
 */
const staticBase = 1024;
const reservedBytes = 65536;

const variants = [
  { outFile: 'exact.wasm', features: ['simd', 'threads'] },
  { outFile: 'relaxed.wasm', features: ['simd', 'threads', 'relaxed-simd'] },
];

/** @returns {Promise<string[]>} the files written */
export async function buildKernels() {
  const outDirectory = path.join(packageDirectory, 'dist');
  await mkdir(outDirectory, { recursive: true });
  const written = [];
  for (const { outFile, features } of variants) {
    const target = path.join(outDirectory, outFile);
    const options = [
      'assembly/index.ts',
      ...['--outFile', target],
      ...['--baseDir', packageDirectory],
      ...['-O3', '--noAssert', '--runtime', 'stub'],
      // bulk-memory (memory.copy, memory.fill) is on by default
      ...features.flatMap((feature) => ['--enable', feature]),
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--memoryBase', String(staticBase)],
      ...['--disableWarning', '112'], // vectors pass from file to file, never out of the module
      ...['--disableWarning', '201'], // mixing i32 and usize: addresses have 32 bits here for good
      ...['--use', 'abort='], // a failed check traps; nothing is imported but the memory
    ];
    const { error } = await asc.main(options, { stdout: process.stdout, stderr: process.stderr });
    if (error) throw error;
    await checkModule(target);
    written.push(target);
  }
  return written;
}

/** @param {string} file */
async function checkModule(file) {
  const bytes = await readFile(file);
  if (file.endsWith('relaxed.wasm') && Number(process.versions.node.split('.')[0]) < 22) return;
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
  if (imports.join() !== 'env.memory') {
    throw new Error(`${file} imports ${imports.join(', ')}; kernels may import env.memory only.`);
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const staticEnd = /** @type {() => number} */ (exports.staticEnd);
  const end = staticEnd();
  if (end > reservedBytes) {
    throw new Error(`${file} holds constants up to ${end}; they must end below ${reservedBytes}.`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const file of await buildKernels()) {
    const { size } = await stat(file);
    process.stdout.write(
      `${path.relative(process.cwd(), file)}  ${(size / 1024).toFixed(1)} KiB\n`,
    );
  }
}
