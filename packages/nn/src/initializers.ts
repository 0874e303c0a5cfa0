import {
  cast,
  checkOptions,
  describeValue,
  didYouMean,
  engine,
  Tensor,
  ValueError,
  type RandomCall,
  type Shape,
} from '@dltrain/core';
import { checkNumber } from './check-number.js';

/**
 * Writes the first values of a parameter. What is random must come from `numbers`, so that the
 * values depend on nothing else: not on the order in which a model is built.
 */
export type Initializer = (target: Tensor, numbers: RandomCall) => void;

/** Every element the same. */
export function constant(value: number): Initializer {
  checkNumber('constant', 'value', value);
  return (target) => {
    engine().kernel('fill', target.dtype)(target.address(), value, target.size);
  };
}

/** Every element 0. */
export const zeros: Initializer = constant(0);

/** Every element 1. */
export const ones: Initializer = constant(1);

/** Evenly distributed over [low, high). */
export function uniform(low = 0, high = 1): Initializer {
  checkNumber('uniform', 'low', low);
  checkNumber('uniform', 'high', high);
  return (target, numbers) => {
    engine().kernel('uniform', target.dtype)(target.address(), target.size, low, high, ...numbers);
  };
}

/** Normally distributed. */
export function normal(mean = 0, std = 1): Initializer {
  checkNumber('normal', 'mean', mean);
  checkNumber('normal', 'std', std);
  return (target, numbers) => {
    engine().kernel('normal', target.dtype)(target.address(), target.size, mean, std, ...numbers);
  };
}

/** Copies of given values, which must have the parameter's shape; converted to its dtype. */
export function values(source: Tensor): Initializer {
  const given: unknown = source;
  if (!(given instanceof Tensor)) {
    throw new ValueError(
      `values takes a tensor, not ${describeValue(given)}; wrap it in tensor(...)`,
    );
  }
  source.keep();
  return (target) => {
    target.assign(cast(source, target.dtype));
  };
}

/** What keeps the variance of a signal when it passes an activation, as PyTorch's table has it. */
export type Gain = number | 'linear' | 'sigmoid' | 'tanh' | 'relu' | { readonly leakyReLU: number };

const namedGains = ['linear', 'sigmoid', 'tanh', 'relu'];

/** @throws ValueError for another word */
function gainOf(gain: Gain): number {
  if (typeof gain === 'number') return gain;
  if (gain === 'relu') return Math.sqrt(2);
  if (gain === 'tanh') return 5 / 3;
  if (gain === 'linear' || gain === 'sigmoid') return 1;
  const slope = (gain as { readonly leakyReLU?: unknown } | null)?.leakyReLU;
  if (typeof slope === 'number') return Math.sqrt(2 / (1 + slope * slope));
  const hint = typeof gain === 'string' ? didYouMean(gain, namedGains) : '';
  throw new ValueError(
    `gain is ${describeValue(gain)}; it must be a number, '${namedGains.join("', '")}' or { leakyReLU: slope }.${hint}`,
  );
}

export interface XavierOptions {
  /** 1 by default. */
  readonly gain?: Gain;
}

/** Glorot's: uniform over +-gain sqrt(6 / (fanIn + fanOut)). */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  const gain = xavierGain('xavierUniform', options);
  return symmetric(({ fanIn, fanOut }) => gain * Math.sqrt(6 / (fanIn + fanOut)));
}

/** Glorot's: normal with standard deviation gain sqrt(2 / (fanIn + fanOut)). */
export function xavierNormal(options: XavierOptions = {}): Initializer {
  const gain = xavierGain('xavierNormal', options);
  return centred(({ fanIn, fanOut }) => gain * Math.sqrt(2 / (fanIn + fanOut)));
}

function xavierGain(what: string, options: XavierOptions): number {
  return gainOf(checkOptions(what, options, { gain: true }).gain ?? 1);
}

export interface KaimingOptions {
  /** That of the activation that follows; `relu` by default. */
  readonly gain?: Gain;
  /** Whether to keep the variance of the forward pass (the default) or of the backward pass. */
  readonly mode?: 'fanIn' | 'fanOut';
}

/** He's: uniform over +-gain sqrt(3 / fan). */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  const { gain, mode } = kaimingParts('kaimingUniform', options);
  return symmetric((fans) => gain * Math.sqrt(3 / fans[mode]));
}

/** He's: normal with standard deviation gain / sqrt(fan). */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  const { gain, mode } = kaimingParts('kaimingNormal', options);
  return centred((fans) => gain / Math.sqrt(fans[mode]));
}

function kaimingParts(
  what: string,
  options: KaimingOptions,
): { readonly gain: number; readonly mode: 'fanIn' | 'fanOut' } {
  const { gain = 'relu', mode = 'fanIn' } = checkOptions(what, options, {
    gain: true,
    mode: true,
  });
  if (!['fanIn', 'fanOut'].includes(mode)) {
    throw new ValueError(`${what}: mode is ${describeValue(mode)}; it must be 'fanIn' or 'fanOut'`);
  }
  return { gain: gainOf(gain), mode };
}

/**
 * What PyTorch gives the weights and biases of its linear and convolution layers: uniform over
 * +-1 / sqrt(fanIn). (It is He's with the gain of a leaky ReLU of slope sqrt 5.)
 */
export function uniformFanIn(fanIn: number): Initializer {
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return uniform(-bound, bound);
}

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

function symmetric(bound: (fans: Fans) => number): Initializer {
  return (target, numbers) => {
    const high = bound(fansOf(target.shape));
    uniform(-high, high)(target, numbers);
  };
}

function centred(std: (fans: Fans) => number): Initializer {
  return (target, numbers) => normal(0, std(fansOf(target.shape)))(target, numbers);
}

/** Inputs and outputs of a unit: of a weight [out, in] or [out, in, height, width]. */
function fansOf([out, into, ...window]: Shape): Fans {
  if (out === undefined || into === undefined) {
    throw new ValueError(
      'xavier and kaiming initialisers need a weight of two axes or more, [out, in, ...]; use uniform() or normal()',
    );
  }
  const area = window.reduce((product, size) => product * size, 1);
  return { fanIn: into * area, fanOut: out * area };
}
