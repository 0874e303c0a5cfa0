import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine, dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const cwd = folder.path;
const iris = path.join(repository, 'examples', 'iris.yaml');
const short = ['trainer.max_epochs=15', 'trainer.val_every=5ep', 'logging.every=20ba'];

afterAll(() => {
  folder.remove();
});

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function inRun(run: string, file: string): string {
  return readFileSync(path.join(cwd, run, file), 'utf8');
}

describe('dltrain config.yaml', () => {
  it('ends with the done event, and leaves a whole run directory', async () => {
    const words = [iris, ...short, '--json', '--run-dir', 'first'];
    const { code, stdout, stderr } = await dltrain(words, { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const events = jsonLines(stdout);
    const kinds = events.map(({ event }) => event);
    expect(kinds.slice(0, 2)).toEqual(['start', 'step']);
    expect(kinds.slice(-2)).toEqual(['end', 'done']);
    expect(events.filter(({ event }) => event === 'step').map(({ step }) => step)).toEqual([
      20, 40, 60,
    ]);
    const run = path.join(cwd, 'first');
    const weights = readFileSync(path.join(run, 'model.safetensors'));
    expect(events.at(-1)).toEqual({
      event: 'done',
      metrics: {
        val_loss: expect.any(Number) as number,
        val_accuracy: expect.any(Number) as number,
      },
      weights_sha256: createHash('sha256').update(weights).digest('hex'),
      samples_per_second: expect.any(Number) as number,
      run_dir: run,
    });
    expect(readdirSync(run).sort()).toEqual([
      'config.resolved.yaml',
      'config.yaml',
      'env.json',
      'events.binpb',
      'manifest.binpb',
      'metrics.jsonl',
      'model.safetensors',
      'train.log',
    ]);
    expect(inRun('first', 'config.yaml')).toBe(readFileSync(iris, 'utf8'));
    expect(inRun('first', 'config.resolved.yaml')).toMatch(/shards: 4\b/);
    expect(JSON.parse(inRun('first', 'env.json'))).toMatchObject({
      node: process.versions.node,
      variant: expect.stringMatching(/^exact-/) as string,
      kernels_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      argv: words,
    });
    expect(inRun('first', 'train.log')).toContain('val_accuracy');
  });

  it('gives the same weights for any number of workers, and from its own resolved config', async () => {
    const hashes = await Promise.all(
      [
        [iris, ...short, '--workers', '1', '--run-dir', 'one'],
        [iris, ...short, '--workers', '3', '--run-dir', 'three'],
        [path.join(cwd, 'first', 'config.resolved.yaml'), '--run-dir', 'again'],
      ].map(async (words) => {
        const { stdout } = await dltrain([...words, '--json'], { cwd });
        return jsonLines(stdout).at(-1)?.weights_sha256;
      }),
    );
    const [first] = jsonLines((await dltrain(['events', 'first'], { cwd })).stdout).slice(-1);
    expect(new Set([...hashes, first?.weights_sha256]).size).toBe(1);
  });

  it('prints the summary on stdout and plain progress on stderr when piped', async () => {
    const { stdout, stderr } = await dltrain([iris, ...short, '--run-dir', 'plain'], { cwd });
    expect(stdout).toMatch(/^iris: completed after 60 steps, \d+:\d\d\n {2}val_loss /);
    expect(stdout).toMatch(/ +run +plain\nweights sha256 [0-9a-f]{64}\n$/);
    expect(stderr).toMatch(/^iris\n {2}layer +kind +output +parameters\n/);
    expect(stderr).toContain('epoch 5/15  step 20/60  loss ');
    expect(stderr + stdout).not.toContain('\u001b');
  });

  it('colours its output when told to, and stays quiet when told to', async () => {
    const words = [iris, 'trainer.max_epochs=1', 'trainer.val_every=1ep', '--quiet'];
    const { stdout, stderr } = await dltrain(words, { cwd, env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[1miris: ');
    expect(stderr).toBe('');
  });

  it('names runs by config and time, each of its own', async () => {
    const words = [iris, 'trainer.max_epochs=1', 'output_dir=many', '--quiet'];
    await Promise.all([dltrain(words, { cwd }), dltrain(words, { cwd })]);
    const runs = readdirSync(path.join(cwd, 'many'));
    expect(runs).toHaveLength(2);
    for (const run of runs) expect(run).toMatch(/^iris-\d{8}-\d{6}(-2)?$/);
  });

  it('never writes over a run', async () => {
    const { code, stderr } = await dltrain([iris, '--run-dir', 'first'], { cwd });
    expect(stderr).toContain('never overwritten');
    expect(code).toBe(2);
  });

  it('keeps metrics.jsonl only if it is wanted', async () => {
    const words = [iris, 'trainer.max_epochs=1', 'logging.to=[console]', '--run-dir', 'bare'];
    await dltrain(words, { cwd });
    expect(existsSync(path.join(cwd, 'bare', 'metrics.jsonl'))).toBe(false);
    expect(existsSync(path.join(cwd, 'bare', 'events.binpb'))).toBe(true);
  });
});

describe('what comes after training', () => {
  it('evaluates to the very numbers that training ended with', async () => {
    const { code, stdout } = await dltrain(['eval', 'first', '--json'], { cwd });
    expect(code).toBe(0);
    const [end] = jsonLines(inRun('first', 'metrics.jsonl')).slice(-1);
    expect(jsonLines(stdout)[0]).toEqual({
      event: 'eval',
      metrics: end?.metrics,
      weights_sha256: end?.weights_sha256,
      run_dir: 'first',
    });
  });

  it('predicts classes and probabilities, to stdout or to a file', async () => {
    const input = path.join(repository, 'examples', 'iris.csv');
    const { code, stdout } = await dltrain(['predict', 'first', '--input', input], { cwd });
    expect(code).toBe(0);
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toBe('class,probability_setosa,probability_versicolor,probability_virginica');
    const species = readFileSync(input, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[4]);
    const right = rows.filter((row, i) => row.split(',')[0] === species[i]).length;
    expect(rows).toHaveLength(species.length);
    expect(right / rows.length).toBeGreaterThan(0.9);
    const words = ['predict', 'first', '--input', input, '--output', 'out.csv'];
    await dltrain(words, { cwd });
    expect(readFileSync(path.join(cwd, 'out.csv'), 'utf8')).toBe(stdout);
  });

  it('trains, evaluates and predicts a model of the user', async () => {
    const config = path.join(cwd, 'own.yaml');
    const examples = path.join(repository, 'examples');
    writeFileSync(
      config,
      [
        `data: {train: {type: csv, path: '${examples}/iris.csv', target: species, target_type: class}, val: {split: 0.2}}`,
        `model: {module: '${examples}/my-model.js', export: Skip}`,
        'loss: cross_entropy',
        'metrics: [accuracy]',
        'optimizer: {type: adam, lr: 0.01}',
        'trainer: {batch_size: 32, max_epochs: 15}',
        '',
      ].join('\n'),
    );
    const run = await dltrain([config, '--quiet', '--run-dir', 'own'], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const evaluated = await dltrain(['eval', 'own', '--json'], { cwd });
    expect(jsonLines(evaluated.stdout)[0]?.metrics).toMatchObject({
      val_accuracy: expect.any(Number) as number,
    });
    const input = path.join(examples, 'iris.csv');
    const predicted = await dltrain(['predict', 'own', '--input', input], { cwd });
    expect(predicted.stdout.split('\n')).toHaveLength(152);
  });
});

describe('stopping', () => {
  const long = [iris, 'trainer.max_epochs=1000000', 'early_stopping=null', 'logging.every=1ep'];

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends the run after its step, with the weights saved',
    async (signal, expected) => {
      let sent = false;
      const { code, stdout, stderr } = await dltrain([...long, '--json', '--run-dir', signal], {
        cwd,
        onStderr: (text, kill) => {
          if (sent || !text.includes('epoch 2')) return;
          sent = true;
          kill(signal);
        },
      });
      expect(stderr).toContain('the weights will be saved');
      expect(code).toBe(expected);
      const done = jsonLines(stdout).at(-1);
      const weights = readFileSync(path.join(cwd, signal, 'model.safetensors'));
      const sha256 = createHash('sha256').update(weights).digest('hex');
      expect(done).toMatchObject({ event: 'done', weights_sha256: sha256 });
    },
  );

  it('ends a run whose model is never made, and leaves no run directory', async () => {
    const file = path.join(cwd, 'stuck.js');
    const nn = import.meta.resolve('@dltrain/nn');
    writeFileSync(
      file,
      `import { Linear } from ${JSON.stringify(nn)};
      let calls = 0;
      // The check of the config gets a model.
      export default function make() {
        if (++calls === 1) return new Linear(4, 3);
        process.stderr.write('never made\\n');
        return new Promise(() => setInterval(() => undefined, 1000));
      }`,
    );
    let sent = false;
    const model = `model={module: ${file}}`;
    const { code, stderr } = await dltrain([iris, model, '--run-dir', 'stuck'], {
      cwd,
      onStderr: (text, kill) => {
        if (sent || !text.includes('never made')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(stderr).toContain('stopped before its first step');
    expect(code).toBe(130);
    expect(existsSync(path.join(cwd, 'stuck'))).toBe(false);
  });

  it('outlives the reader of its output', async () => {
    const words = [iris, ...short, 'logging.every=1ba', '--json', '--run-dir', 'piped'];
    const child = spawn(process.execPath, [commandLine, ...words], { cwd });
    child.stdout.once('data', () => child.stdout.destroy());
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|\n {4}at /);
    expect(existsSync(path.join(cwd, 'piped', 'model.safetensors'))).toBe(true);
  });

  it('leaves nothing behind when a run cannot begin', async () => {
    mkdirSync(path.join(cwd, 'clean'));
    writeFileSync(path.join(cwd, 'broken.safetensors'), 'no weights');
    const words = [iris, `init_from=${path.join(cwd, 'broken.safetensors')}`, 'output_dir=clean'];
    const { code, stderr } = await dltrain(words, { cwd });
    expect(stderr).toMatch(/^command line, init_from=/);
    expect(code).toBe(2);
    expect(readdirSync(path.join(cwd, 'clean'))).toEqual([]);
  });
});
