import { describeValue, ValueError } from '@dltrain/core';
import * as init from './initializers.js';

const { constant, uniform, normal, values, uniformFanIn } = init;
const { xavierUniform, xavierNormal, kaimingUniform, kaimingNormal } = init;

/** What gives an initialiser when it is called, and is none itself: as one it would write nothing. */
const factories: ReadonlySet<unknown> = new Set([
  ...[constant, uniform, normal, values, uniformFanIn],
  ...[xavierUniform, xavierNormal, kaimingUniform, kaimingNormal],
]);

/** @throws ValueError for what cannot write first values, such as `normal` in place of `normal()` */
export function checkInitializer(what: string, initializer: init.Initializer): void {
  const given: unknown = initializer;
  if (typeof given !== 'function') {
    throw new ValueError(
      `${what}: an initialiser is a function, such as init.normal(0, 0.1), not ${describeValue(given)}`,
    );
  }
  if (factories.has(given)) {
    throw new ValueError(
      `${what}: init.${given.name} makes an initialiser and is none; call it: init.${given.name}(...)`,
    );
  }
}
