import { expect, it } from 'vitest';
import { eventText } from './event-text.js';

it('keeps a text, and cuts one of any length', () => {
  expect(eventText('x'.repeat(16_384))).toBe('x'.repeat(16_384));
  expect(eventText('x'.repeat(2 ** 21))).toBe(`${'x'.repeat(16_384)}… (2080768 more characters)`);
});
