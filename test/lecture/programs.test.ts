import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lectureFolder, lectureProgram } from '../support/lecture.js';

const readme = readFileSync(path.join(lectureFolder, 'README.md'), 'utf8');
/** Of each link at the end of the file its label and its target. */
const links = new Map(
  [...readme.matchAll(/^\[(.+)\]: (\S+)$/gm)].map(([, label = '', target = '']) => [label, target]),
);

describe('a program of the lecture, started by itself, prints', () => {
  // The two polynomials run to their ends in polynomials.test.ts, the longer trainings in
  // networks.test.ts.
  it.each([
    ['modules.js', /^ {2}ModuleCycleError: modules form a cycle: 'inner\.1' is the model itself/],
    ['two-layer-scalar-network.js', /^dL\/dw1 = dL\/dh1 x h1 \(1 - h1\) +([-\d.]+) +\1$/],
    ['worked-example.js', /^v5 = v4 - v3 +11\.652 +5\.500 +1\.716 +1\.000$/],
    ['paths-and-jacobians.js', /^ {4}20 {5}30 +20 +30 +20$/],
    ['linear-layers-collapse.js', /^ {2}largest difference +\d\.\de-1\d$/],
    [
      'vanishing-gradients.js',
      /^sigmoid: the first layer gets \d\.\de-\d of what the last one gets$/,
    ],
    ['dying-relus.js', /^ +1\.5 +[\d.]+ % +[\d.]+ % +[\d.]+$/],
    ['outputs-and-losses.js', /^ordinal by thresholds +0\.\d+ +0\.9\d+ right$/],
    ['universal-approximation.js', /^ +32 +0\.\d+ +[▁▂▃▄▅▆▇█]{50}$/],
  ])('%s', async (program, line) => {
    const lines = await lectureProgram(program);
    expect(lines).toContainEqual(expect.stringMatching(line));
  });
});

describe('the map from the lecture to what is here', () => {
  it('links to files that are there', () => {
    const missing = [...links.values()].filter(
      (target) => !existsSync(path.join(lectureFolder, target)),
    );
    expect(links.size).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  it('uses each link, and has one for each file that it names', () => {
    const text = readme.replace(/^\[.+\]: .*$/gm, '');
    const used = [...text.matchAll(/\[([\w./-]+\.(?:js|ts|yaml)|test\/lecture)\]/g)].map(
      ([, label]) => label,
    );
    expect(new Set(used)).toEqual(new Set(links.keys()));
  });

  it('names every program', () => {
    const programs = readdirSync(lectureFolder).filter((name) => name.endsWith('.js'));
    expect(programs.filter((name) => links.get(name) !== name)).toEqual([]);
  });
});
