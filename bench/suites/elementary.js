import { microSuite } from '../micro-suite.js';

/** Numbers at once: operands stay in the caches next to a core. */
const length = 2 ** 14;
const bytes = 2 * length * Float32Array.BYTES_PER_ELEMENT;

/**
 * Kernels of one argument, their parameters, and PyTorch's expression.
 *
 * @type {readonly (readonly [name: string, parameters: readonly number[], torch: string])[]}
 */
const functions = [
  ['neg', [], 'torch.neg(x)'],
  ['relu', [], 'torch.relu(x)'],
  ['sqrt', [], 'torch.sqrt(p)'],
  ['exp', [], 'torch.exp(x)'],
  ['log', [], 'torch.log(p)'],
  ['sin', [], 'torch.sin(x)'],
  ['tanh', [], 'torch.tanh(x)'],
  ['sigmoid', [], 'torch.sigmoid(x)'],
  ['erf', [], 'torch.erf(x)'],
  ['gelu', [], 'F.gelu(x)'],
  ['geluTanh', [], "F.gelu(x, approximate='tanh')"],
  ['silu', [], 'F.silu(x)'],
  ['softplus', [1, 20], 'F.softplus(x)'],
  ['leakyRelu', [0.01], 'F.leaky_relu(x, 0.01)'],
];

/** The same for gradients, which take the gradient of the result and the argument (or the result). */
const gradients = /** @type {const} */ ([
  ['reluGrad', 'torch.ops.aten.threshold_backward(g, x, 0)'],
  ['sigmoidGrad', 'torch.ops.aten.sigmoid_backward(g, x)'],
  ['tanhGrad', 'torch.ops.aten.tanh_backward(g, x)'],
  ['geluGrad', 'torch.ops.aten.gelu_backward(g, x)'],
]);

const setup = `x, g = torch.rand(${length}) * 2 - 1, torch.randn(${length}); p = x.abs() + 1e-3`;

export const elementary = microSuite({
  name: 'elementary',
  title: `Elementary functions of ${length} numbers from -1 to 1, one thread`,
  cases: () => [...functions.map(functionCase), ...gradients.map(gradientCase)],
  notes: ['the ceiling is a pass over as many bytes; PyTorch allocates its results'],
});

/**
 * @param {(typeof functions)[number]} entry
 * @returns {import('../micro-suite.js').MicroCase}
 */
function functionCase([name, parameters, call]) {
  return {
    name,
    work: { bytes, elements: length },
    kernel: (room) => {
      // Roots and logarithms take numbers above zero.
      const x = call.endsWith('(p)') ? room.positiveFloats(length) : room.floats(length);
      const [out, kernel] = [room.floats(length), room.kernel(`${name}_f32`)];
      return () => kernel(out, x, length, ...parameters);
    },
    torch: { setup, call },
  };
}

/**
 * @param {(typeof gradients)[number]} entry
 * @returns {import('../micro-suite.js').MicroCase}
 */
function gradientCase([name, call]) {
  return {
    name,
    work: { bytes: 1.5 * bytes, elements: length },
    kernel: (room) => {
      const [out, g, x] = [room.floats(length), room.floats(length), room.floats(length)];
      const kernel = room.kernel(`${name}_f32`);
      return () => kernel(out, g, x, length);
    },
    torch: { setup, call },
  };
}
