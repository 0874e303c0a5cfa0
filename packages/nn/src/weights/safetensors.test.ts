import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Linear } from '../layers/linear.js';
import { maxHeaderBytes, SafetensorsError } from './safetensors-header.js';
import { decodeSafetensors, encodeSafetensors, safetensorsPieces } from './safetensors.js';
import type { WeightArray } from './weight-array.js';

const f32 = (shape: number[], ...values: number[]): WeightArray => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(values),
});
const f64 = (shape: number[], ...values: number[]): WeightArray => ({
  dtype: 'f64',
  shape,
  data: Float64Array.from(values),
});

/** A file with the given header and data bytes. */
function file(header: unknown, dataBytes = 0, data?: Uint8Array): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + json.length + dataBytes);
  bytes.writeBigUInt64LE(BigInt(json.length));
  json.copy(bytes, 8);
  if (data !== undefined) bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: unknown, ...offsets: unknown[]) => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('encodeSafetensors', () => {
  it('writes the bytes of the format', () => {
    const bytes = encodeSafetensors(
      new Map([
        ['b', f32([2], 1, 2)],
        ['a', f32([], 3)],
      ]),
    );
    const header =
      '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(bytes).readBigUInt64LE()).toBe(BigInt(padded.length));
    expect(Buffer.from(bytes).toString('utf8', 8, 8 + padded.length)).toBe(padded);
    const data = Buffer.from(bytes).subarray(8 + padded.length);
    expect([0, 4, 8].map((at) => data.readFloatLE(at))).toEqual([3, 1, 2]);
    expect(data).toHaveLength(12);
  });

  it('does not depend on the order of names, and puts f64 first, so that all is aligned', () => {
    const entries = [
      ['z', f64([1], 1)],
      ['a', f32([3], 1, 2, 3)],
      ['m', f64([2], 4, 5)],
    ] as const;
    const bytes = encodeSafetensors(new Map(entries));
    expect(encodeSafetensors(new Map([...entries].reverse()))).toEqual(bytes);
    expect([...decodeSafetensors(bytes).keys()]).toEqual(['m', 'z', 'a']);
  });

  it('makes every NaN the same', () => {
    const odd = new Float32Array(Uint32Array.of(0x7fc12345, 0xff800001, 0x3f800000).buffer);
    const plain = new Float32Array([NaN, NaN, 1]);
    const encode = (data: Float32Array) =>
      encodeSafetensors(new Map([['x', { dtype: 'f32', shape: [3], data }]]));
    expect(encode(odd)).toEqual(encode(plain));
    const wide = new Float64Array(BigUint64Array.of(0xfff8000000000abcn).buffer);
    const bytes = encodeSafetensors(new Map([['x', { dtype: 'f64', shape: [1], data: wide }]]));
    expect(Buffer.from(bytes).readBigUInt64LE(bytes.length - 8)).toBe(0x7ff8000000000000n);
  });

  it('refuses what cannot be stored', () => {
    expect(() => encodeSafetensors(new Map([['__metadata__', f32([], 1)]]))).toThrow(
      /__metadata__/,
    );
    expect(() => encodeSafetensors(new Map([['\ud800', f32([], 1)]]))).toThrow(/name/);
    expect(() => encodeSafetensors(new Map([['x', f32([3], 1)]]))).toThrow(/\[3\]/);
  });
});

describe('a round trip', () => {
  it('keeps names, shapes and bits', () => {
    const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__');
    const weight = fc.oneof(
      fc.float32Array({ maxLength: 20, noNaN: true }).map((data) => f32([data.length], ...data)),
      fc.float64Array({ maxLength: 20, noNaN: true }).map((data) => f64([1, data.length], ...data)),
      fc.constant(f32([0, 3])),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, weight)), (entries) => {
        const weights = new Map(entries);
        expect(new Map(decodeSafetensors(encodeSafetensors(weights)))).toEqual(weights);
      }),
    );
  });

  it('keeps a name of the prototype a name', () => {
    const weights = new Map([
      ['__proto__', f32([1], 7)],
      ['constructor', f32([], 1)],
    ]);
    expect(decodeSafetensors(encodeSafetensors(weights))).toEqual(weights);
  });
});

describe('decodeSafetensors', () => {
  it('takes the files of others: metadata, spaces, any order of fields and tensors', () => {
    const header = ` {"__metadata__" : {"format":"pt", "x":""},
      "b":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"},
      "\\u0061":{"dtype":"F32","data_offsets":[4,8],"shape":[1, 1]}}   `;
    const data = new Uint8Array(Float32Array.of(5, 6).buffer);
    expect(decodeSafetensors(file(header, 8, data))).toEqual(
      new Map([
        ['b', f32([1], 5)],
        ['a', f32([1, 1], 6)],
      ]),
    );
    expect(decodeSafetensors(file('{}'))).toEqual(new Map());
  });

  it('converts 16-bit floats', () => {
    const halves = [0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x03ff, 0x0400];
    const values = [
      1,
      -2,
      2 ** -24,
      -0,
      65504,
      Infinity,
      -Infinity,
      NaN,
      1023 * 2 ** -24,
      2 ** -14,
    ];
    const brains = [0x3f80, 0xc040, 0x7f80, 0x8000];
    const header = { h: entry('F16', [10], 0, 20), b: entry('BF16', [2, 2], 20, 28) };
    const data = new Uint8Array(Uint16Array.of(...halves, ...brains).buffer);
    const weights = decodeSafetensors(file(header, 28, data));
    expect(weights.get('h')).toEqual(f32([10], ...values));
    expect(weights.get('b')).toEqual(f32([2, 2], 1, -3, Infinity, -0));
  });

  const one = entry('F32', [1], 0, 4);
  const empty = (i: number) => `"${i.toString(36)}":${JSON.stringify(entry('F32', [0], 0, 0))}`;
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /has 0 bytes/],
    ['half a length', new Uint8Array(5), /has 5 bytes/],
    [
      'a length beyond the file',
      Buffer.from('ffffffffffffffff7b7d', 'hex'),
      /18446744073709551615.*10/,
    ],
    ['a header that is cut', file({ a: one }).subarray(0, 20), /truncated/],
    ['no UTF-8', file('{"\xff').subarray(0, 11).fill(0xff, 10), /truncated|UTF-8/],
    ['no object', file('[]'), /'\{' should stand here/],
    ['an end in between', file('{"a":{"dtype":"F32"'), /'\}' should stand here/],
    ['a string without end', file('{"a'), /does not end/],
    ['an unknown escape', file('{"\\x":1}'), /escape/],
    ['a line break in a name', file('{"\n":1}'), /does not end/],
    ['something behind', file('{}{}'), /follows/],
    ['nesting', file(`{"a":${'['.repeat(50_000)}`), /should stand here/],
    ['nested shapes', file({ a: entry('F32', [[1]], 0, 4) }, 4), /whole number/],
    [
      'a tensor of two names',
      file(`{"a":${JSON.stringify(one)},"a":${JSON.stringify(one)}}`, 4),
      /'a' occurs twice/,
    ],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
      /'dtype' occurs twice/,
    ],
    ['an unknown field', file({ a: { ...one, stride: [1] } }, 4), /unknown field 'stride'/],
    ['a missing field', file({ a: { dtype: 'F32', shape: [1] } }, 4), /lacks/],
    ['one offset', file({ a: entry('F32', [1], 0) }, 4), /lacks/],
    ['three offsets', file({ a: entry('F32', [1], 0, 4, 8) }, 4), /more than two/],
    ['metadata that is no text', file('{"__metadata__":{"a":1}}'), /'"' should stand here/],
    ['another dtype', file({ 'x.y': entry('I64', [1], 0, 8) }, 8), /'x\.y' has dtype I64.*F32/],
    ['a dtype of the prototype', file({ a: entry('toString', [1], 0, 4) }, 4), /dtype toString/],
    ['a negative size', file({ a: entry('F32', [-1], 0, 4) }, 4), /whole number/],
    ['a fraction', file({ a: entry('F32', [1.5], 0, 4) }, 4), /whole number/],
    [
      'an exponent',
      file('{"a":{"dtype":"F32","shape":[1e3],"data_offsets":[0,4]}}', 4),
      /whole number/,
    ],
    [
      'a size beyond 2^53',
      file('{"a":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', 4),
      /whole number/,
    ],
    [
      'sizes whose product overflows',
      file({ a: entry('F32', [2 ** 31, 2 ** 31, 2 ** 31], 0, 4) }, 4),
      /takes/,
    ],
    [
      'sizes that do not fit the bytes',
      file({ a: entry('F32', [2], 0, 4) }, 4),
      /takes 8 bytes.*0 to 4/,
    ],
    ['offsets in reverse', file({ a: entry('F32', [1], 4, 0) }, 4), /4 to 0/],
    ['a gap', file({ a: one, b: entry('F32', [1], 8, 12) }, 12), /'b' begins at byte 8.*4/],
    ['an overlap', file({ a: one, b: entry('F32', [1], 2, 6) }, 6), /'b' begins at byte 2/],
    ['data that is cut', file({ a: entry('F32', [2], 0, 8) }, 4), /truncated/],
    ['data too long', file({ a: one }, 5), /longer than it says/],
    [
      'too many axes',
      file({ a: entry('F32', new Array(65).fill(1), 0, 4) }, 4),
      /more than 64 numbers/,
    ],
    [
      'a name that commands the terminal',
      file({ '\u001b[2J': entry('I8', [], 0, 1) }, 1),
      /'\ufffd/,
    ],
    ['a name that fills the screen', file({ ['x'.repeat(5000)]: 1 }), /^.{0,200}$/],
    [
      'more tensors than it reads',
      file(`{${Array.from({ length: 2 ** 18 + 1 }, (_, i) => empty(i)).join(',')}}`),
      /more than 262144 tensors|are not read/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  it('refuses a longer header than it reads, before it looks at it', () => {
    const bytes = Buffer.alloc(8 + maxHeaderBytes + 1, 0x20);
    bytes.writeBigUInt64LE(BigInt(maxHeaderBytes + 1));
    expect(() => decodeSafetensors(bytes)).toThrow(/are not read/);
  });

  it('meets any damage with its own error or with other values, never with another error', () => {
    const whole = encodeSafetensors(
      new Map([...new Linear(3, 2).stateDict(), ['other', f64([2], 1, 2)]]),
    );
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    const end = fc.nat(whole.length + 8);
    fc.assert(
      fc.property(edits, end, (changes, length) => {
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          const weights = decodeSafetensors(bytes);
          let size = 0;
          for (const { data } of weights.values()) size += data.byteLength;
          expect(size).toBeLessThanOrEqual(2 * length);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('meets any header so', () => {
    const json = fc.oneof(
      fc.json(),
      fc.string(),
      fc.dictionary(
        fc.string(),
        fc.record({
          dtype: fc.constantFrom('F32', 'F64', 'F16', 'I8'),
          shape: fc.array(fc.maxSafeNat()),
          data_offsets: fc.array(fc.maxSafeNat(), { maxLength: 3 }),
        }),
      ),
    );
    fc.assert(
      fc.property(json, fc.nat(64), (header, dataBytes) => {
        try {
          decodeSafetensors(file(header, dataBytes));
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('safetensorsPieces', () => {
  it('gives the bytes of encodeSafetensors, in pieces of at most 1 MiB', () => {
    const large = Float32Array.from({ length: 700_001 }, (_, i) => (i % 1000 === 7 ? NaN : i));
    const shared = new Float64Array(new SharedArrayBuffer(8 * 200_003)).fill(-0);
    // A NaN of other bits.
    new Uint32Array(shared.buffer, 8 * 200_000, 2).set([5, 0xfff80000]);
    const weights = new Map<string, WeightArray>([
      ['b', { dtype: 'f32', shape: [700_001], data: large }],
      ['a', { dtype: 'f64', shape: [200_003], data: shared }],
      ['scalar', f32([], 3)],
      ['empty', f32([0, 4])],
    ]);
    const whole = encodeSafetensors(weights);
    const { byteLength, pieces } = safetensorsPieces(weights);
    for (let time = 0; time < 2; time++) {
      const list = [...pieces];
      expect(list.every(({ length }) => length <= 2 ** 20)).toBe(true);
      expect(list.length).toBeGreaterThan(5);
      expect(Buffer.concat(list).equals(whole)).toBe(true);
    }
    expect(byteLength).toBe(whole.length);
    const found = decodeSafetensors(whole).get('a')?.data;
    expect(new Uint32Array(found?.buffer ?? new ArrayBuffer(0), 8 * 200_000, 2)).toEqual(
      Uint32Array.of(0, 0x7ff80000),
    );
    expect(decodeSafetensors(Buffer.concat([...safetensorsPieces(new Map()).pieces])).size).toBe(0);
  });
});
