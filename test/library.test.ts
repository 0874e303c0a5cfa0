import { readFileSync } from 'node:fs';
import path from 'node:path';
import { data, loadModel, nn, OptionsError, tensor, train } from 'dltrain';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const examples = path.join(repository, 'examples');
const irisCsv = path.join(examples, 'iris.csv');

afterAll(() => {
  folder.remove();
});

describe('the library', () => {
  it('trains a model module data-parallel while the event loop stays free', async () => {
    const iris = await data.readCsv(irisCsv, { target: 'species', targetType: 'class' });
    const run = train({
      seed: 1,
      data: { train: iris, val: { split: 0.2 } },
      model: { module: path.join(examples, 'my-model.js'), export: 'Skip' },
      loss: 'cross_entropy',
      metrics: ['accuracy'],
      optimizer: { type: 'adam', lr: 0.01 },
      trainer: { batchSize: 32, maxEpochs: 20 },
    });
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    const kinds: string[] = [];
    for await (const { event } of run) kinds.push(event);
    clearInterval(timer);
    const { metrics, weights } = await run.result;
    expect(ticks).toBeGreaterThan(10);
    expect(kinds.filter((kind) => kind === 'validation')).toHaveLength(20);
    expect([kinds[0], kinds.at(-1)]).toEqual(['start', 'end']);
    expect(metrics.val_accuracy).toBeGreaterThan(0.85);
    const layer = new nn.Linear(4, 16);
    const first = ['weight', 'bias'].map((name) => [name, weights.get(`first.${name}`)] as const);
    layer.loadStateDict(
      new Map(first.flatMap(([name, w]) => (w === undefined ? [] : [[name, w]]))),
    );
    expect(layer.forward(tensor([[1, 2, 3, 4]])).shape).toEqual([1, 16]);
  });

  it('says what is wrong with no options at all, and with a signal that is none', async () => {
    const call = train as unknown as (options?: unknown) => ReturnType<typeof train>;
    await expect(call().result).rejects.toThrow(OptionsError);
    const options = { data: {}, model: {}, loss: 'mse', optimizer: {}, trainer: {}, signal: 3 };
    await expect(call(options).result).rejects.toThrow(/^signal must be an AbortSignal, .* not 3$/);
  });

  it('loads the model of a run and predicts as the command does', async () => {
    const config = path.join(examples, 'iris.yaml');
    const run = path.join(folder.path, 'run');
    const words = [config, 'trainer.max_epochs=15', 'trainer.val_every=5ep', '--run-dir', run];
    await dltrain(words, { cwd: folder.path });
    const model = await loadModel(run);
    expect(model.classNames).toEqual(['setosa', 'versicolor', 'virginica']);
    const rows = readFileSync(irisCsv, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 4).map(Number));
    const { shape, values, classes } = model.predict(rows);
    expect(shape).toEqual([150, 3]);
    const { stdout } = await dltrain(['predict', run, '--input', irisCsv], { cwd: folder.path });
    const printed = stdout.trim().split('\n').slice(1);
    printed.forEach((line, i) => {
      const [name, ...probabilities] = line.split(',');
      expect(name).toBe(model.classNames?.[classes?.[i] ?? -1]);
      expect(Float32Array.from(probabilities, Number)).toEqual(values.slice(3 * i, 3 * i + 3));
    });
    expect(() => model.predict([[1, 2, 3]])).toThrow('shape');
    const files = { config: `${run}/config.resolved.yaml`, weights: `${run}/model.safetensors` };
    expect((await loadModel(files)).predict(rows).values).toEqual(values);
    await expect(loadModel(folder.path)).rejects.toThrow('has no config.resolved.yaml');
  });

  it('is shown by an example of under 40 lines', async () => {
    const script = path.join(examples, 'library.ts');
    expect(readFileSync(script, 'utf8').split('\n').length).toBeLessThan(40);
    const printed: unknown[][] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...words) => printed.push(words));
    await import('../examples/library.ts');
    log.mockRestore();
    expect(printed.map(([first]) => first)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => `epoch ${i + 1}`),
      expect.stringMatching(/^weights: sha256 [0-9a-f]{64}$/),
      'scores of one flower:',
    ]);
  });
});
