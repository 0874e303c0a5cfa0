import { engine } from '../engine.js';
import { DltrainError } from '../errors.js';
import { isPlainObject } from '../plain-object.js';
import { Scope } from './scope.js';
import { Tensor } from '../tensor.js';

/**
 * Runs `work` and releases every tensor made inside, except those in the value it returns.
 * Tensors are looked for in arrays, maps and plain objects.
 *
 * @throws DltrainError when `work` is asynchronous: a scope cannot stay open across an `await`
 *
 * @example
 * const mean = scope(() => x.sub(y).square().mean()); // the differences are gone, the mean stays
 */
export function scope<T>(work: () => T): T {
  const active = engine();
  const opened = new Scope(active.scope);
  active.scope = opened;
  const survivors = new Set<unknown>();
  try {
    const result = work();
    refusePromise('scope', result);
    collectStorages(result, survivors);
    return result;
  } finally {
    active.scope = opened.outer;
    opened.close(survivors, 'when the scope it was made in ended');
  }
}

/** @throws DltrainError when what must end at once would go on behind an `await` */
export function refusePromise(name: string, result: unknown): void {
  if (!(result instanceof Promise)) return;
  throw new DltrainError(`${name}: the function is asynchronous; await outside of it`);
}

function collectStorages(value: unknown, found: Set<unknown>): void {
  if (value instanceof Tensor) {
    found.add(value.storage.owner);
  } else if (value instanceof Map) {
    for (const item of value.values()) collectStorages(item, found);
  } else if (Array.isArray(value)) {
    for (const item of value) collectStorages(item, found);
  } else if (isPlainObject(value)) {
    for (const item of Object.values(value)) collectStorages(item, found);
  }
}
