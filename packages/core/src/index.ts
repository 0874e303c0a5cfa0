export * from './errors.js'; export * from './dtype.js';
