import { describe, expect, it } from 'vitest';
import { cnn } from '../workloads/cnn.js';
import { gpt } from '../workloads/gpt.js';
import { largeMlp } from '../workloads/mlp.js';
import { isLinearNet, linearSizesOf } from './linear-net.js';

describe('linear nets', () => {
  it('are told from others', () => {
    expect([largeMlp, cnn, gpt].map(({ net }) => isLinearNet(net))).toEqual([true, false, false]);
  });

  it('have sizes that follow from each other', () => {
    expect(linearSizesOf(largeMlp.net, largeMlp.samples)).toEqual([
      { inputs: 784, outputs: 512 },
      { inputs: 512, outputs: 256 },
      { inputs: 256, outputs: 10 },
    ]);
    expect(() => linearSizesOf(cnn.net, cnn.samples)).toThrow('no layer of type conv2d');
    expect(() => linearSizesOf(gpt.net, gpt.samples)).toThrow('no transformer');
  });
});
