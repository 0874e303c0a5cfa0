/**
 * The kernels: every export of the files named here is callable from TypeScript. An exported function
 * that is generic over the element type is not callable from outside and needs an instance a dtype, named
 * `<name>_<dtype>`. Nothing mutable is static: all threads share the memory, so a kernel keeps its
 * state in globals (one set an instance) and works in the scratch region of its instance.
 */
export * from './setup';
export * from './gemm';
export * from './gemm-plain';
export * from './pack-b';
