import { describeValue, ValueError } from '@dltrain/core';

/** @throws ValueError unless `count` is a whole number of one or more */
export function checkCount(layer: string, name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ValueError(
      `${layer}: ${name} is ${describeValue(count)}; it must be a whole number of one or more`,
    );
  }
}
