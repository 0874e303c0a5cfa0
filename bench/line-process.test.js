import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LineProcess, ProcessError } from './line-process.js';

const answers = JSON.stringify(fileURLToPath(new URL('line-answers.js', import.meta.url)));

/** @param {string} code of a module that can `say` and `answerRequests` */
function start(code) {
  const module = `import { answerRequests, say } from ${answers};\n${code}`;
  return new LineProcess(process.execPath, ['--input-type=module', '--eval', module]);
}

describe('LineProcess', () => {
  it('says what it is, and answers one request after another', async () => {
    const child = start(`say('hello'); await answerRequests(({ number }) => number + 1);`);
    expect(await child.answer()).toBe('hello');
    expect([await child.ask({ number: 1 }), await child.ask({ number: 5 })]).toEqual([2, 6]);
    await child.close();
  });

  it.skipIf(process.platform === 'win32')('goes on after a pause', async () => {
    const child = start('await answerRequests(() => 1);');
    child.pause();
    const answer = child.ask({});
    child.resume();
    expect(await answer).toBe(1);
    child.pause();
    await child.close();
  });

  it('tells what a process has said before its end', async () => {
    const child = start(`throw new Error('out of paper');`);
    await expect(child.answer()).rejects.toThrow('out of paper');
    await expect(start('').ask({})).rejects.toThrow(ProcessError);
  });

  it('tells when there is no such command', async () => {
    await expect(new LineProcess('no-such-command', []).answer()).rejects.toThrow('ENOENT');
  });
});
