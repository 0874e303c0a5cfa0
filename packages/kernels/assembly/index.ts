/**
 * The kernels: every export of the files named here is callable from TypeScript. An exported
 * function that is generic over the element type is not callable from outside and needs an instance
 * a dtype, named `<name>_<dtype>`. Nothing mutable is static: all threads share the memory, so a
 * kernel keeps its state in globals (one set an instance) and works in the scratch region of its
 * instance.
 */
export * from './setup';
export * from './gemm';
export * from './gemm-parts';
export * from './gemm-plain';
export * from './pack-b';
export * from './conv2d';
export * from './conv2d-input-grad';
export * from './conv2d-weight-grad';
export * from './max-pool2d';
export * from './avg-pool2d';
export * from './adaptive-pool2d';
export * from './resample';
export * from './fold';
export * from './unary';
export * from './activation-gradient';
export * from './activations';
export * from './gelu';
export * from './arithmetic';
export * from './remainder';
export * from './bitwise';
export * from './spherical-bessel';
export * from './compare';
export * from './logical';
export * from './where';
export * from './fill';
export * from './cast';
export * from './copy';
export * from './strided-add';
export * from './sum';
export * from './extremum';
export * from './prod';
export * from './scan';
export * from './cumulative-extremum';
export * from './argsort';
export * from './logsumexp';
export * from './whole';
export * from './softmax';
export * from './self-attention';
export * from './normalize';
export * from './cross-entropy';
export * from './binary-cross-entropy';
export * from './sgd';
export * from './adam';
export * from './gather';
export * from './index-rows';
export * from './index-elements';
export * from './random';
export * from './dropout';
export * from './scalars';
