import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ValueError } from './errors.js';
import { checkOptions, problemWithOptions, type OptionNames } from './options.js';

interface Options {
  readonly lr?: number;
  readonly padding?: unknown;
  readonly bias?: boolean;
  readonly dtype?: 'f32' | 'f64';
  readonly axis?: number;
}

const names: OptionNames<Options> = {
  lr: 'number',
  padding: true,
  bias: 'boolean',
  dtype: 'dtype',
  axis: true,
};
const known = 'It takes lr, padding, bias, dtype, axis.';

function messageFor(options: unknown): string | undefined {
  return problemWithOptions('Layer', options as Options, names)?.message;
}

describe('options that are right are given back', () => {
  it.each<[string, Options]>([
    ['none', {}],
    ['of their kinds', { lr: 0.1, padding: 'same', bias: false, dtype: 'f64' }],
    ['left out', { lr: undefined } as unknown as Options],
    ['without a prototype', Object.assign(Object.create(null) as object, { bias: false })],
    ['inherited', Object.create({ lr: 1 }) as Options],
    ['of another realm', runInNewContext('({ bias: true })') as Options],
    ['frozen', Object.freeze({ lr: 1 })],
    [
      'of a class that has no others',
      new (class {
        readonly lr = 1;
      })(),
    ],
  ])('%s', (_, options) => {
    expect(checkOptions('Layer', options, names)).toBe(options);
    expect(problemWithOptions('Layer', options, names)).toBeUndefined();
  });
});

describe('an unknown option is answered with the one that is meant', () => {
  it.each<[string, string]>([
    ['LR', 'lr'],
    ['d_type', 'dtype'],
    ['dim', 'axis'],
    ['pad', 'padding'],
    ['bais', 'bias'],
    ['learningRate', 'lr'],
    ['learning_rate', 'lr'],
    ['LearningRate', 'lr'],
  ])('%s is %s', (name, meant) => {
    expect(problemWithOptions('Layer', { [name]: 1 }, names)).toEqual({
      option: name,
      message: `Layer has no option '${name}'. Did you mean '${meant}'? ${known}`,
    });
  });

  it.each(['momentum', 'constructor', 'toString', 'hasOwnProperty', '\u001b'])(
    'but %j is none of them',
    (name) => {
      const shown = name === '\u001b' ? '\u{fffd}' : name;
      expect(messageFor({ [name]: 1 })).toBe(`Layer has no option '${shown}'. ${known}`);
      expect(() => checkOptions('Layer', { [name]: 1 }, names)).toThrow(ValueError);
    },
  );

  it('and so is one that is inherited', () => {
    expect(messageFor(Object.create({ rate: 1 }))).toContain("no option 'rate'");
  });
});

describe('what is no object of options', () => {
  class Shape {
    readonly lr = 1;
    readonly sides = 4;
  }
  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [0.1, '0.1'],
    ['lr', "'lr'"],
    [[1, 2], '[1, 2]'],
    [() => 1, 'a function'],
    [new Shape(), 'a Shape'],
    [new Map([['lr', 1]]), 'a Map'],
  ])('%j', (given, described) => {
    expect(messageFor(given)).toBe(
      `Layer: options come in an object, such as { lr: ... }, not as ${described}. ${known}`,
    );
  });

  it('may be an axis, or stand where no option is', () => {
    const axis = { axis: true } as const;
    expect(() => checkOptions('sum', 1 as unknown as object, axis)).toThrow(
      /^sum: options come in an object, such as { axis: 1 }, not as 1\. It takes axis\.$/,
    );
    expect(() => checkOptions('relu', 1 as unknown as object, {})).toThrow(
      /^relu: options come in an object, not as 1\. It takes none\.$/,
    );
    expect(() => checkOptions<object>('relu', { slope: 1 }, {})).toThrow(
      /^relu has no option 'slope'\. It takes none\.$/,
    );
  });
});

it.each<[object, string, string]>([
  [{ lr: '1' }, 'lr', "'lr' is '1'; it must be a number"],
  [{ bias: 0 }, 'bias', "'bias' is 0; it must be true or false"],
  [{ dtype: 'float32' }, 'dtype', "'dtype' is 'float32'; it must be 'f32' or 'f64'"],
  [{ dtype: 'i32' }, 'dtype', "'dtype' is 'i32'; it must be 'f32' or 'f64'"],
  [{ padding: 1, lr: null }, 'lr', "'lr' is null; it must be a number"],
])('an option is of its kind (%j)', (options, option, message) => {
  expect(problemWithOptions('Layer', options, names)).toEqual({
    option,
    message: `Layer: ${message}`,
  });
});
