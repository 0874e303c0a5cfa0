import './webassembly.js';
export * from './errors.js';
export * from './memory.js';
export * from './heap.js';
export * from './load.js';
