/**
 * `node test/fuzz/make-corpus.js` writes the corpus: `valid-*` and `bad-*` of every reader. Files of
 * other names are left alone. Written by hand from the formats, not with the code under test.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { corpusFolder } from './campaign.js';
import { sealed, varint } from './structure.js';

/** @typedef {Readonly<Record<string, string | Uint8Array>>} Files */

/** Text that would run code, if a reader took it for the name of a module. */
const trap = '../../test/fuzz/must-not-run.js';

write('config.yaml', configs());
write('idx', arrays());
write('idx.gz', { ...zipped(arrays()), ...damagedGzip(arrays()['valid-images']) });
write('csv', tables());
write('csv.gz', { ...zipped(tables()), ...damagedGzip(tables()['valid-flowers']) });
write('safetensors', weights());
write('events', logs());
write('weights-manifest', manifests());
write('checkpoint-manifest', checkpoints());
write('run-lock', locks());

/**
 * @param {string} reader
 * @param {Files} files
 */
function write(reader, files) {
  const folder = path.join(corpusFolder, reader);
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) {
    if (/^(valid|bad)-/.test(old)) rmSync(path.join(folder, old));
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
}

/** @returns {Files} */
function configs() {
  const small = `version: 1
data: { train: { type: csv, path: a.csv, target: y } }
model: { input: [3], layers: [{ type: linear, out_features: 1 }] }
loss: mse
optimizer: { type: sgd, lr: 0.1 }
trainer: { batch_size: 8 }
`;
  const aliases = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
  return {
    'valid-small': small,
    'valid-digits': `# a comment
version: 1
name: digits
seed: 42
data:
  train:
    type: idx
    images: images.idx
    labels: 'labels.idx'
    max_bytes: 1000000
  val: { split: 0.1 }
  transforms: [{ type: normalize, mean: [0.1307], std: [0.3081] }]
model:
  input: [1, 28, 28]
  layers:
    - flatten
    - { type: linear, out_features: 32 }
    - relu
    - { type: dropout, p: 0.5 }
    - type: linear
      out_features: 10
loss: cross_entropy
metrics: [accuracy]
optimizer: { type: adam, lr: 1.0e-3, beta1: 0.9 }
scheduler: { type: cosine, warmup: 100ba }
trainer: { batch_size: 128, max_epochs: 5, val_every: 1ep }
early_stopping: { monitor: val_loss, mode: min, patience: 3 }
logging: { every: 10ba }
`,
    'valid-modules': `version: 1
data: { train: { module: ${trap}, args: [1, [2, { deep: null }], "\\u0041"] } }
model: { module: ${trap}, export: Net, args: [&sizes [4, 5], *sizes] }
loss: mse
optimizer: { type: sgd, lr: 0.1, momentum: 0.9 }
trainer: { batch_size: 8, max_epochs: 2 }
`,
    'bad-empty': '',
    'bad-zeros': Buffer.alloc(64),
    'bad-latin1': Buffer.from(`name: caf\xe9\n${small}`, 'latin1'),
    'bad-utf16': Buffer.from(small, 'utf16le'),
    'bad-list': '- 1\n- 2\n',
    'bad-prototype': `${small}__proto__: { polluted: true }\nconstructor: { prototype: { polluted: 1 } }\n`,
    'bad-control-characters': `${small}"\\e[2J\\a": 1\n`,
    'bad-twice': `${small}version: 1\n`,
    'bad-alias-bomb': ['k0: &a0 [1]', ...aliases].join('\n'),
    'bad-alias-of-itself': `${small}metrics: &m [*m]\n`,
    'bad-merge': `defaults: &d { version: 1 }\n<<: *d\n`,
    'bad-yaml-1.1': `%YAML 1.1\n---\n${small}`,
    'bad-tags': `${small}name: !!binary aGVsbG8=\nseed: !!js/function 'function () {}'\n`,
    'bad-deep': `a: ${'['.repeat(500)}`,
    'bad-many-keys': Array.from({ length: 1500 }, (_, i) => `k${i}: ${i}\n`).join(''),
    'bad-many-commas': `[${','.repeat(2000)}]`,
    'bad-documents': '---\na: 1\n'.repeat(50),
    'bad-tabs': `${small}logging:\n\tevery: 1ba\n`,
    'bad-numbers': `${small}seed: 99999999999999999999\nlogging: { every: -1e999ba }\n`,
  };
}

/**
 * @param {number} code
 * @param {readonly number[]} shape
 * @param {Uint8Array} payload
 */
function idx(code, shape, payload) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = code;
  header[3] = shape.length;
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, payload]);
}

function arrays() {
  const ramp = Buffer.from(Array.from({ length: 48 }, (_, i) => (i * 5) % 256));
  const floats = Buffer.alloc(24);
  [1.5, -2, Infinity, NaN, 0, 1e-40].forEach((value, i) => floats.writeFloatBE(value, 4 * i));
  return {
    'valid-images': idx(0x08, [3, 4, 4], ramp),
    'valid-labels': idx(0x08, [3], Buffer.from([7, 0, 4])),
    'valid-signed': idx(0x09, [2, 3], Buffer.from([1, 255, 128, 127, 0, 2])),
    'valid-shorts': idx(0x0b, [4], ramp.subarray(0, 8)),
    'valid-integers': idx(0x0c, [2], ramp.subarray(0, 8)),
    'valid-floats': idx(0x0d, [3, 2], floats),
    'valid-doubles': idx(0x0e, [3], floats),
    'valid-8-axes': idx(0x08, [1, 1, 2, 1, 1, 1, 1, 1], Buffer.from([1, 2])),
    'valid-nothing': idx(0x08, [0, 2 ** 32 - 1], Buffer.alloc(0)),
    'bad-empty': Buffer.alloc(0),
    'bad-magic': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    'bad-type': idx(0x0a, [1], Buffer.from([1])),
    'bad-9-axes': idx(0x08, [1, 1, 1, 1, 1, 1, 1, 1, 1], Buffer.from([1])),
    'bad-no-axes': idx(0x08, [], Buffer.from([1])),
    'bad-header-cut': idx(0x08, [1, 1], Buffer.alloc(0)).subarray(0, 9),
    'bad-overflow': idx(0x0e, new Array(8).fill(2 ** 32 - 1), Buffer.alloc(16)),
    'bad-wraps-to-16': idx(0x08, [2 ** 16, 2 ** 16 + 1], Buffer.alloc(16)),
    'bad-cut': idx(0x08, [3, 4, 4], ramp.subarray(0, 47)),
    'bad-long': idx(0x08, [3, 4, 3], ramp),
    'bad-huge': idx(0x0d, [2 ** 30], ramp),
  };
}

/** @param {Files} files @returns {Files} */
function zipped(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, gzipSync(bytes, { level: 9 })]),
  );
}

/** @param {string | Uint8Array} content @returns {Files} */
function damagedGzip(content) {
  const whole = gzipSync(content);
  const crc = Buffer.from(whole);
  crc[crc.length - 6] = (crc[crc.length - 6] ?? 0) ^ 1;
  const length = Buffer.from(whole);
  length.fill(0xff, length.length - 4);
  const deep = gzipSync(whole);
  return {
    'valid-two-members': Buffer.concat([whole, gzipSync('')]),
    'bad-gzip-magic-alone': Buffer.from([0x1f, 0x8b]),
    'bad-gzip-cut': whole.subarray(0, whole.length - 9),
    'bad-gzip-trailer-cut': whole.subarray(0, whole.length - 3),
    'bad-gzip-checksum': crc,
    'bad-gzip-length': length,
    'bad-gzip-trailing': Buffer.concat([whole, Buffer.from('more')]),
    'bad-gzip-in-gzip': deep,
    'bad-gzip-bomb': gzipSync(Buffer.alloc(4_000_000, content.slice(0, 40)), { level: 9 }),
  };
}

function tables() {
  return {
    'valid-flowers': 'length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n6.3,3.3,virginica\n',
    'valid-numbers': 'x,y\n0.5,1\n-1.5e3,2\n.25,3.\n',
    'valid-windows': '\ufeffx,kind\r\n1,"a, b"\r\n\r\n2,"say ""hi"""\r\n3,"two\r\nlines"\r\n',
    'valid-prototype': '__proto__,kind\n1,__proto__\n2,constructor\n3,toString\n',
    'valid-trap': `x,kind\n1,${trap}\n2,"${trap}"\n`,
    'bad-empty': '',
    'bad-header-alone': 'a,b\n',
    'bad-ragged': 'a,b,kind\n1,2,x\n1,2\n',
    'bad-quote': 'a,kind\n1,"x\n2,y\n',
    'bad-quote-inside': 'a,kind\n1,x"y"\n',
    'bad-numbers': 'a,b\n1e999,0x10\n1_000,NaN\n',
    'bad-many-digits': `a\n${'9'.repeat(5000)}x\n`,
    'bad-decimal-comma': 'a;b\n1,5;2\n',
    'bad-name-twice': 'a,a\n1,2\n',
    'bad-zeros': Buffer.alloc(100),
    'bad-zero-inside': 'a,kind\n1,x\0y\n2,z\n',
    'bad-utf16': Buffer.from('\ufeffa,kind\n1,x\n', 'utf16le'),
    'bad-latin1': Buffer.from('a,kind\n1,\xe9\n2,\xe8\n', 'latin1'),
    'bad-columns': `${','.repeat(3000)}\n`,
    'bad-control-characters': '"\u001b[2J\u0007",b\nx,1\n',
    'bad-long-name': `${'x'.repeat(5000)},b\n-,-\n`,
  };
}

/**
 * @param {string} header
 * @param {number} dataBytes
 * @param {bigint} [length] that it is said to have
 */
function safetensors(header, dataBytes, length = BigInt(Buffer.byteLength(header))) {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length);
  const data = Buffer.from(Array.from({ length: dataBytes }, (_, i) => (i * 7) % 256));
  return Buffer.concat([start, Buffer.from(header), data]);
}

/** @returns {Files} */
function weights() {
  /** @param {string} dtype @param {readonly number[]} shape @param {number} begin @param {number} end */
  const tensor = (dtype, shape, begin, end) => ({ dtype, shape, data_offsets: [begin, end] });
  const one = tensor('F32', [1], 0, 4);
  /** @param {object} header @param {number} dataBytes */
  const of = (header, dataBytes) => safetensors(JSON.stringify(header), dataBytes);
  return {
    'valid-linear': of(
      { '0.weight': tensor('F32', [2, 3], 0, 24), '0.bias': tensor('F32', [2], 24, 32) },
      32,
    ),
    'valid-dtypes': of(
      {
        __metadata__: { format: 'pt', module: trap },
        d: tensor('F64', [1], 0, 8),
        h: tensor('F16', [3], 8, 14),
        b: tensor('BF16', [1, 1], 14, 16),
        [trap]: tensor('F32', [], 16, 20),
        empty: tensor('F32', [0, 5], 20, 20),
      },
      20,
    ),
    'valid-nothing': safetensors('{}', 0),
    'valid-spaces': safetensors(
      ' {"\\u0061" : {"data_offsets":[0 , 4],"shape":[ ] ,"dtype":"F32"}}    ',
      4,
    ),
    'valid-prototype': safetensors(
      `{"__proto__":${JSON.stringify(one)},"constructor":${JSON.stringify(tensor('F32', [1], 4, 8))}}`,
      8,
    ),
    'bad-empty': Buffer.alloc(0),
    'bad-length-alone': Buffer.alloc(8),
    'bad-length-huge': safetensors('{}', 0, 2n ** 64n - 1n),
    'bad-length-of-100-mb': safetensors('{}', 0, 100_000_000n),
    'bad-json': safetensors('{"a":', 0),
    'bad-twice': safetensors(`{"a":${JSON.stringify(one)},"a":${JSON.stringify(one)}}`, 4),
    'bad-overlap': of({ a: tensor('F32', [2], 0, 8), b: tensor('F32', [2], 4, 12) }, 12),
    'bad-gap': of({ a: one, b: tensor('F32', [1], 8, 12) }, 12),
    'bad-cut': of({ a: tensor('F32', [4], 0, 16) }, 15),
    'bad-long': of({ a: one }, 5),
    'bad-overflow': of({ a: tensor('F64', [2 ** 31, 2 ** 31, 8], 0, 8) }, 8),
    'bad-size-beyond-integers': safetensors(
      '{"a":{"dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]}}',
      4,
    ),
    'bad-negative': of({ a: tensor('F32', [-1, -1], 0, 4) }, 4),
    'bad-dtype': of({ a: tensor('toString', [1], 0, 4) }, 4),
    'bad-axes': of({ a: tensor('F32', new Array(1000).fill(1), 0, 4) }, 4),
    'bad-deep': safetensors(`{"a":${'{"a":'.repeat(1000)}`, 0),
    'bad-utf8': Buffer.concat([safetensors('{"', 0, 4n), Buffer.from([0xff, 0xfe])]),
    'bad-name': of({ ['\u001b[2J'.repeat(500)]: 1 }, 0),
  };
}

/**
 * A field of a message in the wire format of protobuf: a number is a double, a bigint a varint.
 *
 * @param {number} number
 * @param {number | bigint | string | Uint8Array} value
 */
function field(number, value) {
  if (typeof value === 'bigint') return Buffer.concat([varint(number * 8), varint(Number(value))]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return Buffer.concat([varint(number * 8 + 1), bytes]);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** @param {Uint8Array[]} fields */
function message(...fields) {
  return Buffer.concat(fields);
}

/** An entry of a map. @param {string} key @param {number | string} value */
function entry(key, value) {
  return field(15, message(field(1, key), field(2, value)));
}

/** @param {Uint8Array} bytes */
function delimited(bytes) {
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** @returns {Files} */
function logs() {
  const shape = field(3, field(1, Buffer.from([3, 4])));
  const line = message(field(1, '0'), field(2, 'linear'), shape, field(4, 15));
  const samples = message(field(1, 100), field(2, 10), field(3, 0));
  const start = field(
    1,
    message(
      field(1, 1n),
      field(2, 'net'),
      field(3, 42),
      field(4, 2n),
      field(5, 8n),
      field(6, 'exact-128'),
      field(7, 15),
      field(8, line),
      field(8, message(field(1, trap), field(2, trap), field(4, 0))),
      field(9, samples),
      field(10, 25),
      field(11, Infinity),
    ),
  );
  const step = field(
    2,
    message(
      ...[1, 1, 0.5, 0.1, 4, 12.5].map((value, i) => field(i + 1, value)),
      field(7, 3.25),
      entry('accuracy', 0.5),
      entry('__proto__', 1),
    ),
  );
  const validation = field(
    3,
    message(
      field(1, 1n),
      ...[1, 1, 10, 20].map((value, i) => field(i + 2, value)),
      entry('loss', 2),
    ),
  );
  const spread = message(field(1, 0), field(2, 1), field(3, 5));
  const layer = message(
    field(1, '0'),
    field(2, 'Linear'),
    field(3, 1n),
    field(4, field(1, Buffer.from([4, 3]))),
    field(5, spread),
    field(6, spread),
    field(7, 0),
    field(9, 0),
  );
  const statistics = field(
    5,
    message(field(1, 1), field(2, 1), field(3, 4), field(4, 30), field(5, layer)),
  );
  const end = field(
    4,
    message(
      field(1, 1n),
      field(2, 25),
      field(3, 1),
      field(4, 99),
      field(5, 1e4),
      field(6, 'c2'.repeat(32)),
    ),
  );
  const survival = [
    field(6, message(field(1, 1), field(2, 1), field(3, trap), field(4, 2n), field(5, 40))),
    field(
      7,
      message(field(1, 1), field(2, 1), field(3, trap), field(4, 4096), field(5, 2), field(6, 1n)),
    ),
    field(8, message(field(1, 1), field(2, 1n), field(3, 'exit'), field(4, 1n), field(5, 3))),
    field(9, message(field(1, 1), field(2, '0.weight'), field(3, 2n), field(4, 50))),
    field(10, message(field(1, 1), field(2, 'ab'.repeat(32)), entry('0.weight', 'cd'.repeat(32)))),
    field(11, message(field(1, 1), field(2, 'careful'), field(3, 60))),
  ];
  /** @param {Uint8Array[]} records */
  const log = (...records) => Buffer.concat(records.map(delimited));
  return {
    'valid-run': log(start, step, validation, statistics, end),
    'valid-survival': log(start, ...survival, step),
    'valid-steps': log(start, step, step, step),
    'valid-nothing': Buffer.alloc(0),
    'valid-kind-to-come': log(field(15, 'hello'), message(step, field(14, trap))),
    'bad-cut': log(start, step).subarray(0, -3),
    'bad-zeros': Buffer.concat([log(start), Buffer.alloc(64)]),
    'bad-length-huge': Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
    'bad-length-endless': Buffer.alloc(12, 0xff),
    'bad-version': log(field(1, field(1, 999n))),
    'bad-wire-type': log(Buffer.from([0x0b, 0x0b, 0x0b])),
    'bad-groups': log(field(1, Buffer.alloc(3000, 0xfb))),
    'bad-inner-length': log(Buffer.from([0x12, 0x7f, 1])),
    'bad-utf8': log(field(11, field(2, Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80])))).subarray(
      0,
      -1,
    ),
    'bad-axes': log(
      field(1, message(field(1, 1n), field(8, field(3, field(1, Buffer.alloc(500, 1)))))),
    ),
    'bad-split': log(field(3, field(1, 99n))),
    'bad-text': Buffer.from('{"event":"start"}\n'),
  };
}

/** @returns {Files} */
function manifests() {
  const hash = Buffer.alloc(32, 0xab);
  /** @param {string} name @param {readonly number[]} shape @param {number} offset @param {number} length */
  const weight = (name, shape, offset, length, dtype = 1n) =>
    field(
      2,
      message(
        field(1, name),
        field(2, dtype),
        field(3, Buffer.concat(shape.map((size) => varint(size)))),
        field(4, offset),
        field(5, length),
      ),
    );
  const version = field(1, 1n);
  const rest = message(field(3, 25), field(4, 42), field(5, hash), field(6, hash), field(15, hash));
  const bias = weight('0.bias', [2], 200, 8);
  return {
    'valid-linear': message(version, bias, weight('0.weight', [2, 3], 208, 24), rest),
    'valid-dtypes': message(
      version,
      weight('__proto__', [1], 8, 8, 2n),
      weight(trap, [0, 7], 16, 0, 3n),
      weight('mask', [300], 16, 300, 5n),
      weight('scalar', [], 400, 1, 4n),
      rest,
    ),
    'valid-nothing': message(version, rest),
    'bad-empty': Buffer.alloc(0),
    'bad-cut': message(version, bias, rest).subarray(0, -1),
    'bad-version': message(field(1, 7n), rest),
    'bad-overlap': message(version, bias, weight('b', [2], 204, 8), rest),
    'bad-twice': message(version, bias, bias, rest),
    'bad-length': message(version, weight('a', [2], 200, 9), rest),
    'bad-overflow': message(
      version,
      weight('a', new Array(64).fill(2 ** 31 - 1), 200, Infinity),
      rest,
    ),
    'bad-offset-nan': message(version, weight('a', [2], NaN, 8), rest),
    'bad-offset-negative': message(version, weight('a', [2], -8, 8), rest),
    'bad-axes': message(version, weight('a', new Array(65).fill(1), 200, 4), rest),
    'bad-dtype': message(version, weight('a', [2], 200, 8, 99n), rest),
    'bad-hash': message(version, field(5, Buffer.alloc(31)), field(6, hash), field(15, hash)),
    'bad-step': message(version, field(3, 0.5), rest.subarray(9)),
    'bad-name': message(version, weight('\u001b[2J'.repeat(500), [2], 3, 8), rest),
    'bad-entries': message(version, Buffer.alloc(2 * 3000).fill(Buffer.from([0x12, 0])), rest),
  };
}

/** @returns {Files} */
function checkpoints() {
  /** @param {Uint8Array[]} fields */
  const whole = (...fields) => sealed.close(fields.map((one) => Buffer.from(one)));
  const version = field(1, 1n);
  /** @param {Uint8Array[]} more */
  const progress = (...more) =>
    field(
      2,
      message(...[200, 3, 20, 3200, 812.5, 1000].map((value, i) => field(i + 1, value)), ...more),
    );
  const full = progress(
    field(7, 180),
    field(8, 200),
    field(9, message(field(1, -Infinity), field(2, 2n))),
    field(10, message(field(1, 180), field(2, 0.25))),
    entry('val_loss', 0.25),
    entry('__proto__', NaN),
  );
  /** @param {string} key @param {string} value */
  const fact = (key, value) => field(3, message(field(1, key), field(2, value)));
  const facts = message(
    fact('model.layers', JSON.stringify([trap])),
    fact('optimizer.lr', '0.1'),
    fact('seed', '3'),
  );
  /** @param {string} name @param {number} length */
  const file = (name, length, hash = Buffer.alloc(32, 0xab)) =>
    field(4, message(field(1, name), field(2, length), field(3, hash)));
  const files = message(file('model.safetensors', 1234), file('optimizer.safetensors', 99));
  /** @param {string} name @param {bigint} count */
  const updated = (name, count) => field(5, message(field(1, name), field(2, count)));
  const updates = message(updated('0.weight', 200n), updated('0.bias', 0n), updated(trap, 7n));
  const logs = field(6, message(field(1, 5000), field(2, 9000)));
  const rest = message(facts, files, updates, logs);
  const run = whole(version, full, rest);
  const changed = Buffer.from(run);
  changed[20] = (changed[20] ?? 0) ^ 1;
  return {
    'valid-run': run,
    'valid-start': whole(version, progress(), files, logs),
    'valid-nothing': whole(version, field(2, ''), field(6, '')),
    'valid-field-to-come': whole(version, full, rest, field(14, trap)),
    'bad-empty': Buffer.alloc(0),
    'bad-cut': run.subarray(0, -1),
    'bad-changed': changed,
    'bad-seal-alone': whole(),
    'bad-after-seal': Buffer.concat([run, Buffer.from([0x70, 1])]),
    'bad-version': whole(field(1, 2n), full, rest),
    'bad-no-progress': whole(version, rest),
    'bad-progress-twice': whole(version, full, full, rest),
    'bad-no-logs': whole(version, full, files),
    'bad-step': whole(version, field(2, field(1, 0.5)), rest),
    'bad-step-nan': whole(version, field(2, field(1, NaN)), rest),
    'bad-validated': whole(version, progress(field(7, 201)), rest),
    'bad-epoch': whole(version, field(2, message(field(1, 5), field(3, 6))), logs),
    'bad-time': whole(version, field(2, message(field(1, 5), field(5, Infinity))), logs),
    'bad-updates': whole(version, full, updated('0.weight', 201n), logs),
    'bad-updates-twice': whole(version, full, updates, updates, logs),
    'bad-order': whole(version, full, fact('b', '1'), fact('a', '1'), logs),
    'bad-key-twice': whole(version, full, fact('a', '1'), fact('a', '1'), logs),
    'bad-path': whole(version, full, file('../../model.safetensors', 9), logs),
    'bad-module': whole(version, full, file(trap, 9), logs),
    'bad-file-twice': whole(version, full, files, files, logs),
    'bad-length': whole(version, full, file('model.safetensors', -1), logs),
    'bad-hash': whole(version, full, file('model.safetensors', 9, Buffer.alloc(31)), logs),
    'bad-log-length': whole(version, full, field(6, field(1, 2 ** 60))),
    'bad-name': whole(version, full, fact('\u001b[2J'.repeat(500), '1'), fact('\u0007', '1'), logs),
    'bad-wire-type': whole(version, Buffer.from([0x0b, 0x0b]), logs),
    'bad-groups': whole(version, field(2, Buffer.alloc(3000, 0xfb)), logs),
    'bad-entries': whole(version, Buffer.alloc(2 * 3000).fill(Buffer.from([0x1a, 0])), logs),
  };
}

/** @returns {Files} */
function locks() {
  const holder = {
    token: '3f0e8c1a-7a53-4d0c-9d4e-6f2b1c0a9e55',
    pid: 4321,
    host: 'a-machine',
    started: '123456',
    boot: '0f6c1c5e-5ab1-4a38-8a5b-0d6d1d1c7a10',
    since: '2026-01-31T12:00:00.000Z',
  };
  /** @param {Readonly<Record<string, unknown>>} change */
  const lock = (change = {}) => `${JSON.stringify({ ...holder, ...change })}\n`;
  return {
    'valid-lock': lock(),
    'valid-no-boot': lock({ started: null, boot: null }),
    'valid-first-process': lock({ pid: 1 }),
    'valid-huge-process': lock({ pid: Number.MAX_SAFE_INTEGER }),
    'valid-control-characters': lock({ host: 'a\u001b[2J\u0007\nb', since: '\u009b1m\u2028' }),
    'valid-long-name': lock({ host: 'h'.repeat(3000) }),
    'valid-surrogate': lock().replace('a-machine', '\\ud800'),
    'valid-module': lock({ token: trap, started: trap }),
    'valid-prototype': lock().replace('{', '{"__proto__":{"pid":0},"constructor":null,'),
    'valid-twice': lock().replace('{', '{"pid":"twice",'),
    'valid-spaces': JSON.stringify(holder, null, 1),
    'bad-empty': '',
    'bad-cut': lock().slice(0, -10),
    'bad-long': lock({ token: 't'.repeat(5000) }),
    'bad-after': `${lock()}${lock()}`,
    'bad-number': '7\n',
    'bad-null': 'null',
    'bad-list': JSON.stringify([holder]),
    'bad-deep': '['.repeat(4000),
    'bad-nothing': '{}',
    'bad-prototype': JSON.stringify({ pid: 1 }).replace('{', `{"__proto__":${lock().trim()},`),
    'bad-process-0': lock({ pid: 0 }),
    'bad-process-negative': lock({ pid: -1 }),
    'bad-process-half': lock({ pid: 1.5 }),
    'bad-process-beyond': lock({ pid: 2 ** 53 }),
    'bad-process-infinite': lock().replace('4321', '1e400'),
    'bad-process-text': lock({ pid: '4321' }),
    'bad-no-host': lock({ host: undefined }),
    'bad-boot-number': lock({ boot: 7 }),
    'bad-zeros': Buffer.alloc(200),
    'bad-utf16': Buffer.from(lock(), 'utf16le'),
  };
}
