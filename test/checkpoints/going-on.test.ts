import {
  appendFile,
  cp,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeDisk, type Disk } from '@dltrain/nn';
import { listCheckpoints, newestCheckpoint, readManifest, train } from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import {
  run,
  told,
  afterStep,
  ofKind,
  linesOf,
  every,
  numbersTo,
  placesOfTests,
} from '../support/checkpointed-run.js';

const place = placesOfTests();

describe('a run goes on', () => {
  it('at its very end, from where it was killed before it', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(12) }));
    const expected = await linesOf(runDir);
    const { result, events } = await told(run({ runDir, resume: runDir }));
    expect(ofKind(events, 'step')).toEqual([]);
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(result.metrics).toEqual(whole.result.metrics);
    expect(await linesOf(runDir)).toEqual(expected);
  });

  it('after it was killed between a checkpoint and its end', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(10) }));
    const expected = await linesOf(runDir);
    // As a killed process leaves it: no end, half a record.
    await rm(path.join(runDir, 'model.safetensors'));
    await rm(path.join(runDir, 'manifest.binpb'));
    for (const [name, missing] of [
      ['events.binpb', 300],
      ['metrics.jsonl', 500],
    ] as const) {
      const bytes = await readFile(path.join(runDir, name));
      await writeFile(path.join(runDir, name), bytes.subarray(0, -missing));
    }
    const { result, events } = await told(
      run({ runDir, resume: runDir, parallel: { workers: 2 } }),
    );
    expect(ofKind(events, 'resume')[0]?.step).toBe(30);
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(await linesOf(runDir)).toEqual(expected);
    expect(await readManifest(path.join(runDir, 'manifest.binpb'))).toMatchObject({ step: 36 });
  });

  it('after it failed, from its last step', async () => {
    const runDir = place('run');
    const whole = await told(run());
    const parallel = { workers: 2, onWorkerFailure: 'abort' } as const;
    const faults = [{ rank: 1, phase: 'backward', step: 9, kind: 'exit' }] as const;
    const failing = train(run({ runDir, parallel, faults }));
    await expect(failing.result).rejects.toThrow('rank 1 ended');
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 8, problem: null });
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(resumed.result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(resumed.result.metrics).toEqual(whole.result.metrics);
  });

  it('from where its logs reach to, which is its newest checkpoint then', async () => {
    const runDir = place('run');
    await told(run({ runDir, checkpoint: every(10) }));
    // As a process leaves it that was killed when it had cut the logs to go on from an older one.
    const log = await readFile(path.join(runDir, 'metrics.jsonl'));
    const end = log.indexOf('{"event":"step","step":25,');
    expect(end).toBeGreaterThan(0);
    await writeFile(path.join(runDir, 'metrics.jsonl'), log.subarray(0, end));
    expect((await newestCheckpoint(runDir))?.step).toBe(20);
    const { events } = await told(run({ resume: runDir }));
    expect(ofKind(events, 'resume')[0]?.step).toBe(20);
  });

  it.each([
    ['events.binpb', 'gone'],
    ['metrics.jsonl', 'gone'],
    ['events.binpb', 'cut'],
    ['metrics.jsonl', 'cut'],
    ['events.binpb', 'a folder'],
    ['metrics.jsonl', 'a folder'],
  ])('in place with a new log where %s is %s, and with that from then on', async (name, how) => {
    const runDir = place('run');
    const whole = await told(run());
    const parallel = { workers: 2, onWorkerFailure: 'abort' } as const;
    const faults = [{ rank: 1, phase: 'backward', step: 15, kind: 'exit' }] as const;
    const failing = train(run({ runDir, parallel, faults, checkpoint: every(10) }));
    await expect(failing.result).rejects.toThrow('rank 1 ended');
    const file = path.join(runDir, name);
    if (how !== 'cut') await rm(file);
    if (how === 'a folder') await mkdir(file);
    if (how === 'cut') await writeFile(file, (await readFile(file)).subarray(0, 100));
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 14, problem: null });

    const stopped = await told(run({ runDir, resume: runDir }), afterStep(25));
    expect(ofKind(stopped.events, 'resume')[0]?.step).toBe(14);
    expect(ofKind(stopped.events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the log of the steps before is lost \(/),
    ]);
    const left = ['events.1.binpb', 'metrics.1.jsonl'].filter(
      (one) => how !== 'gone' || one !== name.replace('.', '.1.'),
    );
    const names = await readdir(runDir);
    expect(names.filter((one) => one.includes('.1.')).sort()).toEqual(left);
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(ofKind(resumed.events, 'warning')).toEqual([]);
    expect(resumed.result.weightsSha256).toBe(whole.result.weightsSha256);
    const lines = (await linesOf(runDir)) as { event: string; step: number }[];
    const steps = lines.flatMap(({ event, step }) => (event === 'step' ? [step] : []));
    expect(steps).toEqual(numbersTo(36).slice(14));
  });

  it('with a new log where that of an older checkpoint was begun anew since', async () => {
    const runDir = place('run');
    await told(run({ runDir, checkpoint: { ...every(10), keep: 3 } }));
    await rm(path.join(runDir, 'events.binpb'));
    await told(run({ runDir, resume: runDir }));
    // As long as you like, that log begins too late for the first checkpoint.
    const log = await readFile(path.join(runDir, 'metrics.jsonl'));
    const later = log.subarray(log.indexOf('{"event":"step"')).toString().repeat(20);
    for (const name of ['metrics.jsonl', 'events.binpb']) {
      await appendFile(path.join(runDir, name), later);
    }
    const resume = path.join(runDir, 'checkpoints/step-000010');
    const { events } = await told(run({ runDir, resume }), afterStep(12));
    expect(ofKind(events, 'warning')[0]?.message).toMatch(/lost \(metrics\.jsonl .*begun anew/);
  });

  it('from an older checkpoint, and makes the later ones again', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: { ...every(10), keep: 5 } }));
    const files = await readFile(
      path.join(runDir, 'checkpoints/step-000030/optimizer.safetensors'),
    );
    const resume = path.join(runDir, 'checkpoints/step-000010');
    const again = await told(run({ runDir, resume }), (event) => event.event === 'resume');
    expect(again.result.steps).toBe(10);
    expect((await listCheckpoints(runDir)).map(({ step }) => step)).toEqual([10]);
    expect(await readlink(path.join(runDir, 'checkpoints/last'))).toBe('step-000010');
    const checkpoint = { ...every(10), keep: 5 };
    const { result } = await told(run({ runDir, resume: runDir, checkpoint }));
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(
      await readFile(path.join(runDir, 'checkpoints/step-000030/optimizer.safetensors')),
    ).toEqual(files);
  });

  it.each([
    ['the best until then', { monitor: 'val_accuracy', mode: 'max' } as const],
    ['none where another metric says what is best', { monitor: 'val_loss' } as const],
  ])('from an older checkpoint, with a link to %s', async (_, monitor) => {
    const runDir = place('run');
    const first = { ...every(1), keep: 50, monitor: 'val_accuracy', mode: 'max' } as const;
    const { events } = await told(run({ runDir, checkpoint: first }));
    const written = ofKind(events, 'checkpoint');
    const [best, better] = written.filter((event) => event.best).map(({ step }) => step);
    const before = written.find(({ step }) => step + 1 === better);
    const resume = before?.path ?? 'none';
    const checkpoint = { ...every(100), ...monitor };
    await told(run({ runDir, resume, checkpoint }), (event) => event.event === 'resume');
    const links = await readdir(path.join(runDir, 'checkpoints'));
    expect(links.includes('best')).toBe(monitor.monitor === 'val_accuracy');
    if (!links.includes('best')) return;
    const link = await readlink(path.join(runDir, 'checkpoints/best'));
    expect(Number(link.slice(5))).toBe(best);
  });

  it('in another directory, with the log so far, and leaves the first as it was', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(10) }));
    const before = await readFile(path.join(runDir, 'events.binpb'));
    const resume = path.join(runDir, 'checkpoints/last');
    const { result } = await told(run({ runDir: place('other'), resume }));
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(await linesOf(place('other'))).toEqual(await linesOf(runDir));
    expect(await readFile(path.join(runDir, 'events.binpb'))).toEqual(before);
    expect(await readdir(path.join(runDir, 'checkpoints'))).toContain('step-000030');
    // Without a directory at all, too, and from a checkpoint that was taken elsewhere.
    await cp(path.join(runDir, 'checkpoints/step-000030'), place('alone'), { recursive: true });
    const alone = await told(run({ resume: place('alone') }));
    expect(alone.result.weightsSha256).toBe(whole.result.weightsSha256);
    const logged = await told(run({ resume: place('alone'), runDir: place('new') }));
    expect(ofKind(logged.events, 'warning')[0]?.message).toMatch(
      /log of the steps before is lost \(it is not with/,
    );
    const steps = ofKind(logged.events, 'step').map(({ step }) => step);
    expect(steps).toEqual(numbersTo(36).slice(30));
  });

  it('with all that was told before the copy, of the checkpoint before and of ranks that were lost', async () => {
    const runDir = place('run');
    // The first is still being written when the second is due.
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        if (file.includes('step-000005')) await delay(300);
        return nodeDisk.create(file);
      },
    };
    const faults = [{ rank: 1, phase: 'snapshot', step: 10, kind: 'exit' }] as const;
    const checkpoint = { ...every(5), keep: 2 };
    const trainer = { batchSize: 8, maxSteps: 14 };
    const options = run({ trainer, parallel: { workers: 2 } });
    await told({ ...options, runDir, checkpoint, faults }, undefined, { disk });
    await told({ ...options, runDir, resume: runDir });
    const text = await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const named = lines.map((line) => JSON.parse(line) as { event: string; step: number });
    const seen = named.filter(({ event }) => ['checkpoint', 'recovery', 'resume'].includes(event));
    expect(seen.map(({ event, step }) => [event, step])).toEqual([
      ['checkpoint', 5],
      ['recovery', 10],
      ['resume', 10],
    ]);
  });

  it('in another directory, and can be stopped there at once', async () => {
    await told(run({ runDir: place('run'), checkpoint: every(10) }));
    const runDir = place('other');
    const resume = path.join(place('run'), 'checkpoints/step-000020');
    const { result } = await told(run({ runDir, resume }), (event) => event.event === 'resume');
    expect(result).toMatchObject({ reason: 'stopped', steps: 20 });
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 20, problem: null });
  });

  it('with the clock and the counters where they stood', async () => {
    const runDir = place('run');
    const first = await told(run({ runDir }), afterStep(20));
    const { events, result } = await told(run({ runDir, resume: runDir }));
    const [resumed] = ofKind(events, 'resume');
    expect(resumed?.elapsedMs).toBeGreaterThanOrEqual(
      ofKind(first.events, 'step').at(-1)?.elapsedMs ?? Infinity,
    );
    expect(result.elapsedMs).toBeGreaterThanOrEqual(resumed?.elapsedMs ?? Infinity);
    const times = ofKind(events, 'step').map(({ elapsedMs }) => elapsedMs);
    expect(times.every((time, i) => time >= (times[i - 1] ?? resumed?.elapsedMs ?? Infinity))).toBe(
      true,
    );
  });
});
