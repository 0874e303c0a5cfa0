/** @import { Random } from './random.js' */

/** No mutant is longer: what a reader does with long files is tested by itself. */
const mostBytes = 2 ** 16;

/** Words that mean something to one reader or another. */
const words = [
  '__proto__',
  'constructor',
  'toString',
  '\0',
  '\u001b[2J',
  '\ufeff',
  '\ud7ff\u2028',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ': ',
  ',',
  '\n',
  '\r\n',
  '\t',
  '- ',
  '#',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '!!js/function ',
  '%YAML 1.1\n---\n',
  '---\n',
  '...\n',
  '"__metadata__":{},',
  '"dtype":"F16",',
  '"shape":[],',
  '\\u0000',
  '\\ud800',
  '\\',
].map((word) => Buffer.from(word));

/** Numbers as text, at and beyond the edges of what programs hold. */
const numbers = [
  '0',
  '-1',
  '1',
  '255',
  '256',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '1e308',
  '1e400',
  '-0',
  '0.5',
  '3.5e38',
  '.inf',
  'NaN',
  '0x10',
  '1_000',
  '9'.repeat(400),
];

const edges = [0n, 1n, 2n, 7n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn];

/** @typedef {(bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer} Change */

/** @type {readonly Change[]} */
const changes = [
  flipBits,
  setBytes,
  truncate,
  insertNoise,
  insertWord,
  remove,
  duplicate,
  repeat,
  exchange,
  splice,
  editNumber,
  setInteger,
  setFloat,
  setVarint,
];

/**
 * A mutant of a file: one change, or a few.
 *
 * @param {Buffer} bytes
 * @param {Random} random
 * @param {readonly Buffer[]} others files to take pieces of
 */
export function mutate(bytes, random, others) {
  let mutant = bytes;
  do mutant = random.pick(changes)(mutant, random, others).subarray(0, mostBytes);
  while (random.oneIn(2));
  return mutant;
}

/** @type {Change} */
function flipBits(bytes, random) {
  if (bytes.length === 0) return bytes;
  const mutant = Buffer.from(bytes);
  do {
    const at = random.below(mutant.length);
    mutant[at] = (mutant[at] ?? 0) ^ (1 << random.below(8));
  } while (random.oneIn(2));
  return mutant;
}

/** @type {Change} */
function setBytes(bytes, random) {
  if (bytes.length === 0) return bytes;
  const mutant = Buffer.from(bytes);
  const at = random.below(mutant.length);
  return mutant.fill(
    random.pick([0, 1, 0x0a, 0x20, 0x22, 0x7f, 0x80, 0xff, random.below(256)]),
    at,
    Math.min(mutant.length, at + 1 + (random.oneIn(4) ? random.below(16) : 0)),
  );
}

/** @type {Change} */
function truncate(bytes, random) {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

/** @type {Change} */
function insertNoise(bytes, random) {
  return insert(bytes, random, random.bytes(1 + random.below(8)));
}

/** @type {Change} */
function insertWord(bytes, random) {
  return insert(bytes, random, random.pick(words));
}

/** @type {Change} */
function remove(bytes, random) {
  const [start, end] = range(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

/** @type {Change} */
function duplicate(bytes, random) {
  const [start, end] = range(bytes, random);
  return insert(bytes, random, bytes.subarray(start, end));
}

/** @type {Change} */
function repeat(bytes, random) {
  const [start, end] = range(bytes, random);
  const length = Math.min(end - start, 16);
  if (length === 0) return bytes;
  const times = 1 + random.below(random.oneIn(8) ? mostBytes / length : 64);
  const block = bytes.subarray(start, start + length);
  const repeated = Buffer.concat(Array.from({ length: times }, () => block));
  return Buffer.concat([bytes.subarray(0, start), repeated, bytes.subarray(start)]);
}

/** @type {Change} */
function exchange(bytes, random) {
  const places = [0, 0, 0, 0].map(() => random.below(bytes.length + 1)).sort((a, b) => a - b);
  const [a = 0, b = 0, c = 0, d = 0] = places;
  const piece = bytes.subarray.bind(bytes);
  return Buffer.concat([piece(0, a), piece(c, d), piece(b, c), piece(a, b), piece(d)]);
}

/** @type {Change} */
function splice(bytes, random, others) {
  const other = random.pick(others);
  const [start, end] = range(other, random);
  if (random.oneIn(2)) return insert(bytes, random, other.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(start)]);
}

/** @type {Change} */
function editNumber(bytes, random) {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
  if (found.length === 0) return insert(bytes, random, Buffer.from(random.pick(numbers)));
  const { index, 0: old } = random.pick(found);
  return Buffer.concat([
    bytes.subarray(0, index),
    Buffer.from(random.pick(numbers)),
    bytes.subarray(index + old.length),
  ]);
}

/** A whole number of 2, 4 or 8 bytes in either order, at an edge or below the size of a file. @type {Change} */
function setInteger(bytes, random) {
  const size = random.pick([2, 4, 8]);
  if (bytes.length < size) return bytes;
  const edge = random.oneIn(3) ? BigInt(random.below(2 * bytes.length)) : random.pick(edges);
  const value = BigInt.asUintN(8 * size, random.oneIn(4) ? -edge : edge);
  const digits = Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
  const mutant = Buffer.from(bytes);
  // Length fields stand at the beginning of most formats.
  const at = random.oneIn(2) ? random.below(9) : random.below(bytes.length);
  mutant.set(random.oneIn(2) ? digits : digits.reverse(), Math.min(at, bytes.length - size));
  return mutant;
}

/** @type {Change} */
function setFloat(bytes, random) {
  if (bytes.length < 8) return bytes;
  const mutant = Buffer.from(bytes);
  const value = random.pick([NaN, Infinity, -Infinity, -0, -1, 0.5, 2 ** 53, 1e308, 5e-324]);
  mutant.writeDoubleLE(value, random.below(bytes.length - 7));
  return mutant;
}

/** @type {Change} */
function setVarint(bytes, random) {
  const value = random.pick(edges);
  const digits = [];
  for (let rest = value; ; rest >>= 7n) {
    const last = rest < 0x80n && !random.oneIn(8);
    digits.push(Number(rest & 0x7fn) | (last ? 0 : 0x80));
    if (last || digits.length > 11) break;
  }
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(digits), bytes.subarray(at + 1)]);
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 * @param {Buffer} piece
 */
function insert(bytes, random, piece) {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 * @returns {[number, number]}
 */
function range(bytes, random) {
  const start = random.below(bytes.length + 1);
  const length = random.below(random.oneIn(2) ? 16 : bytes.length - start + 1);
  return [start, Math.min(bytes.length, start + length)];
}
