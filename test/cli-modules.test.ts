import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const library = pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href;

function write(name: string, ...lines: string[]): void {
  writeFileSync(path.join(folder.path, name), `${lines.join('\n')}\n`);
}

beforeAll(() => {
  write('flowers.csv', 'a,b,kind', '1,2,x', '3,4,y', '5,6,x', '7,8,y');
  write(
    'models.js',
    `import { nn } from '${library}';`,
    'class Net extends nn.Module { last = new nn.Linear(2, 2); }',
    'export class NoReturn extends Net { forward(x) { this.last.forward(x); } }',
    'export class Three extends Net { forward() { return 3; } }',
    'export class Later extends Net { async forward(x) { return this.last.forward(x); } }',
    'export class NoSuper extends Net { constructor() { this.a = 1; } }',
    'export class Typo extends Net { forward(x) { return this.first.forward(x); } }',
    'export class Good extends Net { forward(x) { return this.last.forward(x); } }',
    'export class Training extends Good { forward(x) { if (!this.training) return super.forward(x); } }',
    'export function nothing() {}',
  );
  write('broken.js', 'export const a = 1;', 'export default an error;');
  write('imports-broken.js', "import './broken.js';", 'export default 1;');
  write('throws.js', 'const a = 1;', "throw new Error('at once');");
});

afterAll(() => {
  folder.remove();
});

/** Runs a verb with a model of the user's. */
async function run(model: string, verb = 'validate', ...words: string[]) {
  write(
    'config.yaml',
    'data: {train: {type: csv, path: flowers.csv, target: kind, target_type: class}}',
    `model: {${model}}`,
    'loss: cross_entropy',
    'optimizer: {type: sgd, lr: 0.1}',
    'trainer: {batch_size: 2, max_epochs: 1}',
  );
  return dltrain([verb, 'config.yaml', ...words], { cwd: folder.path });
}

describe("a model of the user's own", () => {
  it.each([
    ['NoReturn', 'NoReturn.forward returned undefined; return a tensor'],
    ['Three', 'Three.forward returned 3; return a tensor'],
    ['Later', 'Later.forward returned a Promise; return a tensor, from a method without async'],
    ['NoSuper', 'making the model (NoSuper) threw ReferenceError: Must call super constructor'],
    ['NoSuper', 'at models.js:6:52'],
    ['Typo', 'Typo.forward threw TypeError: Cannot read properties of undefined'],
    ['Typo', 'at models.js:7:64'],
  ])('that is wrong is told of without a stack: %s', async (name, said) => {
    for (const verb of ['validate', 'summary', 'graph']) {
      const { code, stderr } = await run(`module: models.js, export: ${name}`, verb);
      expect(stderr).toMatch(/^config\.yaml:2:17: error: /);
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/\n {4}at /);
      expect(code).toBe(2);
    }
  });

  it('that returns no tensor only while it trains is named, too', async () => {
    const { code, stderr } = await run('module: models.js, export: Training', 'train');
    expect(stderr).toContain('Training.forward returned undefined; return a tensor');
    expect(code).toBe(1);
  });

  it.each([
    ['broken.js', /Unexpected identifier 'error', at broken\.js:2\n/],
    ['imports-broken.js', /Unexpected identifier 'error', at broken\.js:2\n/],
    ['throws.js', /at once, at throws\.js:2:7\n/],
  ])('that cannot be imported is told of with its line: %s', async (name, said) => {
    const { code, stderr } = await run(`module: ${name}, export: default`);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
  });

  it('is measured by a metric that is named where it returns no number', async () => {
    const { code, stderr } = await run(
      'module: models.js, export: Good',
      'train',
      'metrics=[{module: models.js, export: nothing}]',
    );
    expect(stderr).toContain('metric nothing: it must return the mean over the samples');
    expect(code).toBe(1);
  });
});
