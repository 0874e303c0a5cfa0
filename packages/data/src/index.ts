export * from './dataset.js';
export * from './materialize.js';
export { DataError } from './errors.js';
