import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ValueError } from '@dltrain/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv, type CsvOptions } from './csv.js';
import { DataError } from './errors.js';

const read = (text: string, options?: CsvOptions) => readCsv(Buffer.from(text), options);

const flowers = 'length,width,kind\n5.1,3.5,rose\n4.9,3,lily\n4.7,-3.2e-1,rose\n';

describe('readCsv', () => {
  it('reads numbers and classes by name', async () => {
    const set = await read(flowers, { target: 'kind', targetType: 'class' });
    expect(set.length).toBe(3);
    expect(set.inputs).toEqual({
      dtype: 'f32',
      shape: [2],
      data: Float32Array.of(5.1, 3.5, 4.9, 3, 4.7, -0.32),
    });
    expect(set.targets).toEqual({
      dtype: 'i32',
      shape: [],
      data: Int32Array.of(1, 0, 1),
      classes: 2,
      classNames: ['lily', 'rose'],
    });
  });

  it('reads without a header by index, in the order asked for', async () => {
    const set = await read('1;2;3\n4;5;6', {
      header: false,
      delimiter: ';',
      inputs: [2, 0],
      target: [1, 2],
    });
    expect(set.inputs.data).toEqual(Float32Array.of(3, 1, 6, 4));
    expect(set.targets).toEqual({ dtype: 'f32', shape: [2], data: Float32Array.of(2, 3, 5, 6) });
  });

  it('reads all columns as inputs when there is no target', async () => {
    const set = await read('a,b\n1,2\n');
    expect(set.inputs.shape).toEqual([2]);
    expect(set.targets).toBeNull();
  });

  it('keeps the indices of classes that are known already', async () => {
    const known = { target: 'y', targetType: 'class', classNames: ['z', 'a', 'm'] } as const;
    const set = await read('x,y\n1,m\n2,z\n', known);
    expect(set.targets).toMatchObject({ data: Int32Array.of(2, 0), classes: 3 });
    await expect(read('x,y\n1,mm\n', known)).rejects.toThrow(
      '<bytes>:2:3: column "y" is "mm", which is none of the classes "z", "a", "m". Did you mean "m"?',
    );
  });

  it('sorts classes that are whole numbers by value', async () => {
    const set = await read('x,y\n1,10\n1,9\n1,10\n', { target: 'y', targetType: 'class' });
    expect(set.targets?.classNames).toEqual(['9', '10']);
    expect(set.targets?.data).toEqual(Int32Array.of(1, 0, 1));
  });

  it.each([
    ['Windows line ends', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['old Mac line ends', 'a,b\r1,2\r3,4'],
    ['mixed line ends', 'a,b\r\n1,2\n3,4\r\n'],
    ['blank lines', '\n\na,b\n\n1,2\n   \n3,4\n\n'],
    ['spaces and quotes', ' a , "b"\n 1 ,"2"\n"3", 4 \n'],
    ['a byte order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['no last line end', 'a,b\n1,2\n3,4'],
  ])('takes %s', async (_, text) => {
    const set = await read(text, { target: 'b' });
    expect(set.inputs.data).toEqual(Float32Array.of(1, 3));
    expect(set.targets?.data).toEqual(Float32Array.of(2, 4));
  });

  it('takes quoted delimiters, quotes and line ends in class names, and gzip', async () => {
    const text = 'x,y\n1,"a,b"\n2,"say ""hi"""\n3,"two\nlines"\n';
    const set = await readCsv(gzipSync(text), { target: 'y', targetType: 'class' });
    expect(set.targets?.classNames).toEqual(['a,b', 'say "hi"', 'two\nlines']);
  });

  it.each<[string, string, CsvOptions, string]>([
    ['an empty file', '', {}, '<bytes>:1:1: the file is empty'],
    ['blank lines alone', '\n \n', {}, '<bytes>:1:1: the file is empty'],
    ['a header alone', 'a,b\n', {}, '<bytes>:1:1: there is a header but no row'],
    ['a short row', 'a,b,c\n1,2,3\n1,2\n', {}, '<bytes>:3:3: 2 fields where the header has 3'],
    ['a long row', 'a,b\n1,2,3\n', {}, '<bytes>:2:5: 3 fields where the header has 2'],
    [
      'a ragged row without header',
      '1,2\n1\n',
      { header: false },
      ':2:1: 1 fields where the first',
    ],
    ['a text', 'a,b\n1,2\n3, x1\n', {}, '<bytes>:3:4: column "b" is "x1", no number'],
    ['a gap', 'a,b\n1,\n', {}, '<bytes>:2:3: column "b" is empty'],
    ['NaN', 'a\nNaN\n', {}, 'no number'],
    ['infinity', 'a\nInfinity\n', {}, 'no number'],
    ['hexadecimal', 'a\n0x10\n', {}, 'no number'],
    ['a number beyond f32', 'a\n1e39\n', {}, ':2:1: column "a" is "1e39", beyond the range of f32'],
    ['a decimal comma', 'a;b\n1,5;2\n', { delimiter: ';' }, 'write decimals with a point'],
    ['classes read as numbers', flowers, { target: 'kind' }, 'set the target type to class'],
    [
      'an empty class',
      'x,y\n1,\n',
      { target: 'y', targetType: 'class' },
      ':2:3: column "y" is empty',
    ],
    ['a name twice', 'a,b,a\n1,2,3\n', {}, '<bytes>:1:5: column "a" is there twice'],
    ['a header of numbers', '1,2\n3,4\n', {}, '<bytes>:1:1: the header holds only numbers'],
    [
      'an unknown column',
      flowers,
      { target: 'kinds' },
      '<bytes>:1:1: there is no column "kinds"; it has "length"',
    ],
    ['an unknown column nearby', flowers, { target: 'kinds' }, 'Did you mean "kind"?'],
    ['the wrong delimiter', 'a;b\n1;2\n', { target: 'b' }, 'Is the delimiter ";"?'],
    ['an index too large', flowers, { target: 3 }, 'no column 3: it has 3, 0 to 2'],
    ['a name without header', '1,2', { header: false, target: 'y' }, 'read without a header'],
    ['no inputs left', 'y\n1\n', { target: 'y' }, 'no column left for the inputs'],
    ['an open quote', 'a,b\n1,"2\n3,4\n', {}, '<bytes>:2:3: a quoted field is never closed'],
    ['text after a quote', 'a,b\n1,"2"x\n', {}, '<bytes>:2:3: '],
    ['a quote in a field', 'a,b\n1,2"x"\n', {}, '<bytes>:2:3: '],
    [
      'a long line',
      `a,b\n1,${'2'.repeat(99)}\n`,
      { maxLineBytes: 50 },
      ':2:3: a line of more than 50',
    ],
    ['a large file', flowers, { maxBytes: 20 }, 'limit of 20'],
  ])('refuses %s', async (_, text, options, message) => {
    await expect(read(text, options)).rejects.toThrow(DataError);
    await expect(read(text, options)).rejects.toThrow(message);
  });

  it('counts places in characters, past a byte order mark and quoted line ends', async () => {
    const text = '\ufeffk,x\r\n"ä\r\nö",1\r\n"äöü, €", y\r\n';
    const options = { target: 'k', targetType: 'class' } as const;
    await expect(read(text, options)).rejects.toThrow('<bytes>:4:11: column "x" is "y"');
  });

  it('refuses UTF-16', async () => {
    await expect(readCsv(Buffer.from('\ufeffa,b\n1,2', 'utf16le'))).rejects.toThrow(
      'save it as UTF-8',
    );
  });

  it('refuses what is no text in UTF-8, where other readers would make two classes one', async () => {
    await expect(readCsv(Buffer.from('a,b\n1,2\n\xe9,3\n', 'latin1'))).rejects.toThrow(
      '<bytes>:3:1: is not UTF-8; save it as UTF-8',
    );
    await expect(readCsv(Buffer.from('a,b\n1,2', 'utf16le'))).rejects.toThrow(
      'byte 1 is 0, so this is no text',
    );
  });

  it('takes time in proportion to the text, whatever is in it', async () => {
    const digits = '1'.repeat(500_000);
    await expect(read(`a,b\n${digits}x,1`)).rejects.toThrow('no number');
    const names = Array.from({ length: 65_536 }, (_, i) => `c${i}`);
    const row = '1,'.repeat(65_535);
    expect((await read(`${names.join()}\n${row}1`)).inputs.shape).toEqual([65_536]);
    await expect(read(`${names.join()},more\n`)).rejects.toThrow(
      /65537 columns, where at most 65536 are read/,
    );
  });

  it('bounds the number of classes', async () => {
    const rows = Array.from({ length: 65_537 }, (_, i) => `1,k${i}\n`);
    const options = { target: 'y', targetType: 'class' } as const;
    await expect(read(`x,y\n${rows.join('')}`, options)).rejects.toThrow(
      ':65538:3: column "y" has more than 65536 distinct texts',
    );
  });

  it('stops a gzip bomb early, unless its size was asked for', async () => {
    const bomb = gzipSync(`a\n${'1\n'.repeat(2 ** 25 + 2 ** 17)}`, { level: 1 });
    expect(bomb.length).toBeLessThan(2 ** 20);
    await expect(readCsv(bomb)).rejects.toThrow(/unpack to more than 67108864.*give maxBytes/);
    const right = readCsv(bomb, { maxBytes: 2 ** 26 + 2 ** 17 });
    await expect(right).rejects.toThrow('limit of 67239936; raise maxBytes');
  });

  it('keeps messages short and off the controls of the terminal', async () => {
    const name = `\u001b[2J${'x'.repeat(100_000)}`;
    const error: unknown = await read(`${name},b\ny,1`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(/^DataError: <bytes>:2:1: column "\ufffd\[2Jx+…" is "y"/);
    expect(String(error).length).toBeLessThan(300);
  });

  it('refuses options that make no sense', async () => {
    await expect(read(flowers, { delimiter: ', ' })).rejects.toThrow(ValueError);
    await expect(read(flowers, { delimiter: '"' })).rejects.toThrow(ValueError);
    await expect(read(flowers, { inputs: ['width', 1] })).rejects.toThrow('width is chosen twice');
    await expect(read(flowers, { target: ['kind', 'width'], targetType: 'class' })).rejects.toThrow(
      '2 target columns as classes',
    );
  });

  it('reads back any finite f32 that is written', async () => {
    const rows = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.array(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: width,
          maxLength: width,
        }),
        { minLength: 1, maxLength: 20 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const text = table.map((row) => row.join(',')).join('\n');
        const set = await read(text, { header: false });
        // A written -0 is "0".
        expect(set.inputs.data).toEqual(Float32Array.from(table.flat(), (x) => x + 0));
      }),
    );
  });

  it('answers any text with a dataset or a DataError', async () => {
    const text = fc.string({
      unit: fc.constantFrom('1', 'a', ',', '"', '\n', '\r', ' ', '.', '\ufeff'),
    });
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const outcome = await read(content, { target: 0, targetType: 'class' }).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DataError);
      }),
      { numRuns: 500 },
    );
  });

  const examples = (name: string): string =>
    fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

  it('reads the Iris example', async () => {
    const iris = await readCsv(examples('iris.csv'), { target: 'species', targetType: 'class' });
    expect(iris.length).toBe(150);
    expect(iris.inputs.shape).toEqual([4]);
    expect(iris.targets?.classNames).toEqual(['setosa', 'versicolor', 'virginica']);
    const counted = [0, 0, 0];
    for (const index of iris.targets?.data ?? []) counted[index] = (counted[index] ?? 0) + 1;
    expect(counted).toEqual([50, 50, 50]);
  });

  it('reads the sine example', async () => {
    const sine = await readCsv(examples('sine.csv'), { target: 'y' });
    expect(sine.length).toBe(2000);
    expect(sine.inputs.shape).toEqual([3]);
    expect(sine.targets?.shape).toEqual([1]);
    for (let i = 0; i < sine.length; i++) {
      const x = sine.inputs.data[3 * i] ?? NaN;
      expect(sine.targets?.data[i]).toBeCloseTo(Math.sin(x), 5);
    }
  });
});
