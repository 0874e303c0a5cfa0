import './webassembly.js';
export * from './errors.js';
export * from './memory.js';
export * from './load.js';
export * from './heap.js';
