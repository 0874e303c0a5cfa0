import { expect, it } from 'vitest';
import { shownText } from './shown-text.js';

it('keeps text short and off the controls of a terminal', () => {
  expect(shownText('0.weight')).toBe('0.weight');
  expect(shownText('\u001b[2Jgone\r\n')).toBe('\ufffd[2Jgone\ufffd\ufffd');
  expect(shownText('\ud800')).toBe('\ufffd');
  expect(shownText('x'.repeat(81))).toBe(`${'x'.repeat(79)}…`);
  expect(shownText('x'.repeat(80))).toBe('x'.repeat(80));
});
