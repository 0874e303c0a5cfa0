import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { permute } from '../shape/permute.js';
import { reshape } from '../shape/reshape.js';

function checkFactor(op: string, factor: number): void {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ValueError(`${op}: the factor must be a whole number of 1 or more, not ${factor}`);
  }
}

/**
 * Images `[..., C r^2, H, W]` as `[..., C, H r, W r]`: of r^2 channels each pixel becomes a square of r x r, row by
 * row ("depth to space"). It only moves elements; the derivative moves them back.
 * @throws ShapeError when r^2 does not divide the channels; ValueError for a factor below 1
 *
 * @example
 * pixelShuffle(zeros([8, 12, 5, 7]), 2).shape; // [8, 3, 10, 14]
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  checkFactor('pixelShuffle', factor);
  const [channels = 0, height = 0, width = 0] = x.shape.slice(-3);
  const area = factor * factor;
  if (x.rank < 3 || channels % area !== 0) {
    throw new ShapeError(
      `pixelShuffle: x ${formatShape(x.shape)} is not [..., C, H, W] with a C that ${area} divides`,
    );
  }
  const lead = x.shape.slice(0, -3);
  const at = lead.length;
  const parts = reshape(x, [...lead, channels / area, factor, factor, height, width]);
  const order = [...lead.keys(), at, at + 3, at + 1, at + 4, at + 2];
  return reshape(permute(parts, order), [
    ...lead,
    channels / area,
    height * factor,
    width * factor,
  ]);
}

/**
 * Images `[..., C, H r, W r]` as `[..., C r^2, H, W]`: the inverse of `pixelShuffle` ("space to depth").
 * @throws ShapeError when r does not divide height and width; ValueError for a factor below 1
 *
 * @example
 * pixelUnshuffle(zeros([8, 3, 10, 14]), 2).shape; // [8, 12, 5, 7]
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  checkFactor('pixelUnshuffle', factor);
  const [channels = 0, height = 0, width = 0] = x.shape.slice(-3);
  if (x.rank < 3 || height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError(
      `pixelUnshuffle: x ${formatShape(x.shape)} is not [..., C, H, W] with H and W that ${factor} divides`,
    );
  }
  const lead = x.shape.slice(0, -3);
  const at = lead.length;
  const size = [height / factor, width / factor] as const;
  const parts = reshape(x, [...lead, channels, size[0], factor, size[1], factor]);
  const order = [...lead.keys(), at, at + 2, at + 4, at + 1, at + 3];
  return reshape(permute(parts, order), [...lead, channels * factor * factor, ...size]);
}

registerComposed<{ factor: number }>({
  name: 'pixelShuffle',
  run: ([x], { factor }) => pixelShuffle(x, factor),
  torch: "F.pixel_shuffle(a, args['factor'])",
  samples: [
    { inputs: [[2, 4, 1, 3]], args: { factor: 2 } },
    { inputs: [[8, 2, 1]], args: { factor: 2 } },
    // PyTorch 1.13 loses the shape of such a gradient.
    { inputs: [[0, 4, 2, 2]], args: { factor: 2 }, golden: false },
  ],
});

registerComposed<{ factor: number }>({
  name: 'pixelUnshuffle',
  run: ([x], { factor }) => pixelUnshuffle(x, factor),
  torch: "F.pixel_unshuffle(a, args['factor'])",
  samples: [
    { inputs: [[1, 2, 4, 2]], args: { factor: 2 } },
    { inputs: [[1, 3, 3]], args: { factor: 3 } },
  ],
});
