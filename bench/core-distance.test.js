import { compileKernels } from '@dltrain/kernels';
import { expect, it } from 'vitest';
import { CoreDistance, noteOf } from './core-distance.js';
import { interleave, summarize } from './statistics.js';

it('tells how long two threads take to meet', async () => {
  const kernels = compileKernels({ mode: 'exact' });
  const compiled = { exact: kernels, fast: kernels };
  const distance = new CoreDistance({ compiled, timing: { rounds: 2, ms: 1 } });
  const results = await interleave([distance.contender()], 2);
  await distance.close();
  const [measured] = distance.measurements(results);
  expect(measured).toMatchObject({ unit: 'ns/call' });
  expect(measured?.rate).toBeGreaterThan(0);
  expect(distance.notes(results)).toHaveLength(1);
});

it('says when cores have moved', () => {
  expect(noteOf(summarize([0.0003, 0.0004, 0.0005]))).toBe(
    'two threads met in 400 ns (300 ns to 500 ns)',
  );
  expect(noteOf(summarize([0.0003, 0.0003, 0.0015]))).toContain('did not stay where they were');
});
