export * from './errors.js';
export * from './memory.js';
export * from './heap.js';
export { candidatesFor, type Candidate, type Host, type Mode } from './candidates.js';
export type { EngineFlag } from './engine-flags.js';
export { compileKernels, NoKernelsError, type CompileOptions } from './compile.js';
export * from './instantiate.js';
export { KernelMismatchError, verifyKernels } from './verify.js';
