import { describe, expect, it } from 'vitest';
import { liveLine } from './live-line.js';

const parts = {
  epoch: 'epoch 2/5',
  step: 'step 656/2,110',
  measures: ['loss 0.1234', 'accuracy 0.9712', 'mae 0.5000'],
  rate: '48,210 samples/s',
  left: '0:12 left',
};

describe('liveLine', () => {
  it('never fills the last column, at any width', () => {
    for (let columns = 1; columns < 300; columns += 1) {
      expect(liveLine(parts, 0.5, columns).length).toBeLessThan(Math.max(columns, 9));
    }
  });

  it('keeps what matters most on a narrow terminal', () => {
    expect(liveLine(parts, 0.5, 24)).toBe('epoch 2/5  loss 0.1234');
    expect(liveLine(parts, 0.5, 60)).toContain('0:12 left');
  });

  it('shows everything and a bar on a wide one', () => {
    expect(liveLine(parts, 0.5, 160)).toBe(
      `epoch 2/5  ${'━'.repeat(12)}${'─'.repeat(12)}  step 656/2,110  loss 0.1234  accuracy 0.9712  mae 0.5000  48,210 samples/s  0:12 left`,
    );
  });
});
