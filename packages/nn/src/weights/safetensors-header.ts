import { DltrainError, formatShape, shownText } from '@dltrain/core';

/** A file that is no safetensors, or not one that can be read here. */
export class SafetensorsError extends DltrainError {}

/** What the header says of one tensor. */
export interface TensorEntry {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  /** First byte, and the one after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

const itemBytes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;

/** The element types that weights may have in a file. */
export type StoredDType = keyof typeof itemBytes;

/**
 * Longest header that is read. A tensor takes about 100 bytes of it, so this is room for more than
 * 100,000 of them, while a length that lies cannot make a reader ask for more memory than this. (The
 * format's own limit is 100 MB.)
 */
export const maxHeaderBytes = 16 << 20;

/** More are refused; the largest models have some 10,000, and an optimizer a few for each. */
const maxTensors = 2 ** 18;

const maxAxes = 64;
/** Two are allowed; the third is for the message. */
const maxOffsets = 3;

/** Once they are f32 or f64. No more would fit into the memory that training has. */
const maxWeightBytes = 2 ** 32;

/** The length of the header from the first 8 bytes of a file of `fileBytes`. */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < 8) {
    throw new SafetensorsError(
      `the file has ${fileBytes} bytes; a safetensors file begins with the 8 bytes of its header's length`,
    );
  }
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(fileBytes - 8)) {
    throw new SafetensorsError(
      `the header is said to have ${length} bytes, but the file has only ${fileBytes}: it is truncated, or no safetensors`,
    );
  }
  if (length > BigInt(maxHeaderBytes)) {
    throw new SafetensorsError(
      `the header is said to have ${length} bytes; more than ${maxHeaderBytes} are not read`,
    );
  }
  return Number(length);
}

/**
 * Reads a header: a JSON object of one flat object a tensor. The parser knows this one form, so it
 * needs no depth, notices names that occur twice, and takes memory in proportion to the text.
 *
 * @param dataBytes bytes of the file behind the header, all of which the tensors must fill
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Map<string, TensorEntry> {
  const scanner = new HeaderScanner(decodeUtf8(bytes));
  const entries = new Map<string, TensorEntry>();
  scanner.object((name) => {
    if (name === '__metadata__') scanner.object(() => scanner.string());
    else entries.set(name, readEntry(scanner, name));
    if (entries.size > maxTensors) {
      throw new SafetensorsError(`more than ${maxTensors} tensors; no more are read from one file`);
    }
  });
  scanner.end();
  checkMemory(entries);
  checkPlaces(entries, dataBytes);
  return entries;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SafetensorsError('the header is not UTF-8: this is no safetensors file', {
      cause: error,
    });
  }
}

function readEntry(scanner: HeaderScanner, name: string): TensorEntry {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  scanner.object((key) => {
    if (key === 'dtype') dtype = scanner.string();
    else if (key === 'shape') shape = scanner.integers(maxAxes);
    else if (key === 'data_offsets') offsets = scanner.integers(maxOffsets);
    else
      throw new SafetensorsError(
        `tensor '${shownText(name)}' has an unknown field '${shownText(key)}'`,
      );
  });
  const [begin, end, ...rest] = offsets ?? [];
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
    throw new SafetensorsError(
      `tensor '${shownText(name)}' lacks its dtype, shape or two data_offsets`,
    );
  }
  if (rest.length > 0)
    throw new SafetensorsError(`tensor '${shownText(name)}' has more than two data_offsets`);
  if (!isStored(dtype)) {
    throw new SafetensorsError(
      `tensor '${shownText(name)}' has dtype ${shownText(dtype)}; weights are read from ${Object.keys(itemBytes).join(', ')}: convert it`,
    );
  }
  checkSize(name, dtype, shape, begin, end);
  return { dtype, shape, begin, end };
}

function checkMemory(entries: ReadonlyMap<string, TensorEntry>): void {
  let bytes = 0;
  for (const { dtype, begin, end } of entries.values()) {
    bytes += ((end - begin) / itemBytes[dtype]) * Math.max(itemBytes[dtype], itemBytes.F32);
  }
  if (bytes > maxWeightBytes) {
    throw new SafetensorsError(
      `the weights take ${bytes} bytes of memory; at most ${maxWeightBytes} can be used: store them in several files`,
    );
  }
}

function isStored(dtype: string): dtype is StoredDType {
  return Object.hasOwn(itemBytes, dtype);
}

function checkSize(
  name: string,
  dtype: StoredDType,
  shape: readonly number[],
  begin: number,
  end: number,
): void {
  let bytes: number = itemBytes[dtype];
  // A product beyond the whole numbers stays beyond them, unless a size of 0 ends it.
  for (const size of shape) bytes = size === 0 || bytes === 0 ? 0 : bytes * size;
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw new SafetensorsError(
      `tensor '${shownText(name)}' (${dtype} ${formatShape(shape)}) takes ${bytes} bytes, but its data_offsets are ${begin} to ${end}`,
    );
  }
}

/** Tensors must follow one another without gap or overlap, from the first byte to the last. */
function checkPlaces(entries: ReadonlyMap<string, TensorEntry>, dataBytes: number): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== expected) {
      throw new SafetensorsError(
        `tensor '${shownText(name)}' begins at byte ${begin} of the data, but ${expected} are taken by the tensors before it; ` +
          'they must follow one another without gap or overlap',
      );
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    throw new SafetensorsError(
      `the tensors take ${expected} bytes, but the file holds ${dataBytes} behind its header: it is ` +
        (expected > dataBytes ? 'truncated' : 'longer than it says'),
    );
  }
}

/** Steps through the JSON of a header. */
class HeaderScanner {
  private position = 0;

  constructor(private readonly text: string) {}

  /** `{"key": value, ...}`: calls `value` where the value of each key begins. */
  object(value: (key: string) => void): void {
    const keys = new Set<string>();
    this.expect('{');
    if (this.accept('}')) return;
    do {
      const key = this.string();
      if (keys.has(key)) throw this.error(`'${shownText(key)}' occurs twice`);
      keys.add(key);
      this.expect(':');
      value(key);
    } while (this.accept(','));
    this.expect('}');
  }

  string(): string {
    this.expect('"');
    const start = this.position - 1;
    for (;;) {
      const code = this.text.charCodeAt(this.position++);
      if (code === 0x22) break;
      if (code === 0x5c) this.position++;
      // NaN, past the end, fails the comparison as well.
      else if (!(code >= 0x20)) throw this.error('a string does not end');
    }
    try {
      return String(JSON.parse(this.text.slice(start, this.position)));
    } catch (error) {
      throw this.error('a string has an escape that JSON does not know', error);
    }
  }

  /** `[1, 2, ...]`, at most so many whole numbers of zero or more. */
  integers(most: number): number[] {
    const numbers: number[] = [];
    this.expect('[');
    if (this.accept(']')) return numbers;
    do {
      if (numbers.length === most) throw this.error(`a list has more than ${most} numbers`);
      numbers.push(this.integer());
    } while (this.accept(','));
    this.expect(']');
    return numbers;
  }

  end(): void {
    this.skipSpace();
    if (this.position < this.text.length) throw this.error('something follows the last brace');
  }

  private integer(): number {
    this.skipSpace();
    const digits = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
    digits.lastIndex = this.position;
    const match = digits.exec(this.text)?.[0];
    const value = Number(match);
    if (match === undefined || !Number.isSafeInteger(value)) {
      throw this.error('a whole number of zero or more, below 2^53, should stand here');
    }
    this.position += match.length;
    return value;
  }

  private accept(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw this.error(`'${character}' should stand here`);
  }

  private skipSpace(): void {
    while (
      ' \n\r\t'.includes(this.text.charAt(this.position)) &&
      this.position < this.text.length
    ) {
      this.position++;
    }
  }

  private error(problem: string, cause?: unknown): SafetensorsError {
    return new SafetensorsError(
      `the header is no header of safetensors: at character ${this.position}, ${problem}`,
      { cause },
    );
  }
}
