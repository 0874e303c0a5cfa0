import { microSuite } from '../micro-suite.js';
import { gpt, sizes } from '../workloads/gpt.js';

const numberBytes = Float32Array.BYTES_PER_ELEMENT;
const { context, width, vocabulary: classes } = sizes;
/** Rows of workload D: a batch of positions. */
const rows = gpt.batch * context;
/** Rows of scores in one layer. */
const scoreRows = rows * sizes.heads;
const epsilon = 1e-5;

export const rowwise = microSuite({
  name: 'rows',
  title: 'Softmax, cross-entropy and layer norm in the shapes of workload D, one thread',
  cases: () => [
    {
      name: `softmax ${scoreRows} x ${context}`,
      work: passesOver(2, scoreRows * context),
      kernel: (room) => {
        const [x, y] = [room.floats(scoreRows * context), room.floats(scoreRows * context)];
        const softmax = room.kernel('softmax_f32');
        return () => softmax(y, x, scoreRows, context);
      },
      torch: { setup: `x = torch.randn(${scoreRows}, ${context})`, call: 'F.softmax(x, -1)' },
    },
    {
      name: `softmax gradient ${scoreRows} x ${context}`,
      work: passesOver(3, scoreRows * context),
      kernel: (room) => {
        const size = scoreRows * context;
        const [g, y, out] = [room.floats(size), room.floats(size), room.floats(size)];
        const gradient = room.kernel('softmaxGrad_f32');
        return () => gradient(out, g, y, scoreRows, context);
      },
      torch: {
        setup: `g = torch.randn(${scoreRows}, ${context}); y = g.softmax(-1)`,
        call: 'torch.ops.aten._softmax_backward_data(g, y, -1, torch.float32)',
      },
    },
    {
      name: `cross-entropy ${rows} x ${classes}`,
      work: passesOver(1, rows * classes),
      kernel: (room) => {
        const [x, loss, sums] = [room.floats(rows * classes), room.floats(rows), room.floats(rows)];
        const targets = room.indices(rows, classes);
        const crossEntropy = room.kernel('crossEntropy_f32');
        return () => crossEntropy(loss, sums, x, targets, rows, classes);
      },
      torch: {
        setup: `x = torch.randn(${rows}, ${classes}); t = torch.arange(${rows}) % ${classes}`,
        call: "F.cross_entropy(x, t, reduction='none')",
      },
    },
    {
      name: `cross-entropy gradient ${rows} x ${classes}`,
      work: passesOver(2, rows * classes),
      kernel: (room) => {
        const [x, out] = [room.floats(rows * classes), room.floats(rows * classes)];
        const [g, sums, targets] = [
          room.floats(rows),
          room.floats(rows),
          room.indices(rows, classes),
        ];
        const gradient = room.kernel('crossEntropyGrad_f32');
        return () => gradient(out, g, sums, x, targets, rows, classes);
      },
      torch: {
        setup:
          `x = torch.randn(${rows}, ${classes}, requires_grad=True); t = torch.arange(${rows}) % ${classes}\n` +
          "y = F.cross_entropy(x, t, reduction='none'); g = torch.ones_like(y)",
        call: 'torch.autograd.grad(y, x, g, retain_graph=True)',
      },
    },
    {
      name: `layer norm ${rows} x ${width}`,
      work: passesOver(2, rows * width),
      kernel: (room) => {
        const [x, y] = [room.floats(rows * width), room.floats(rows * width)];
        const [w, b, moments] = [room.floats(width), room.floats(width), momentsOf(room)];
        const [measure, normalize] = [room.kernel('moments_f32'), room.kernel('normalize_f32')];
        return () => {
          measure(moments, x, 1, rows, width, 1);
          normalize(y, x, moments, w, b, 1, rows, width, width, 1, epsilon);
        };
      },
      torch: {
        setup: `x = torch.randn(${rows}, ${width}); w = torch.randn(${width}); b = torch.randn(${width})`,
        call: `F.layer_norm(x, [${width}], w, b)`,
      },
    },
    {
      name: `layer norm gradient of x ${rows} x ${width}`,
      work: passesOver(3, rows * width),
      kernel: (room) => {
        const size = rows * width;
        const [x, g, out] = [room.floats(size), room.floats(size), room.floats(size)];
        const moments = momentsOf(room);
        room.kernel('moments_f32')(moments, x, 1, rows, width, 1);
        const gradient = room.kernel('normalizeGrad_f32');
        return () => gradient(out, g, x, moments, 1, rows, width, 1, epsilon);
      },
      torch: {
        setup:
          `x, g = torch.randn(${rows}, ${width}), torch.randn(${rows}, ${width})\n` +
          `y, mean, rstd = torch.native_layer_norm(x, [${width}], None, None, 1e-5)`,
        call: `torch.ops.aten.native_layer_norm_backward(g, x, [${width}], mean, rstd, None, None, [True, False, False])`,
      },
    },
  ],
});

/**
 * @param {number} passes over so many numbers, read or written
 * @param {number} size
 */
function passesOver(passes, size) {
  return { bytes: passes * size * numberBytes };
}

/** Mean and deviation of each row, in f64. @param {import('../kernel-room.js').KernelRoom} room */
function momentsOf(room) {
  return room.heap.allocate(2 * rows * Float64Array.BYTES_PER_ELEMENT, 'moments');
}
