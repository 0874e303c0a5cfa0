import { formatShape } from '@dltrain/core';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

/** A module and its parts as an indented list, one a line; a part that contains the whole is cut. */
export function describeModule(module: Module, around: readonly Module[] = []): string {
  const description = module.describe?.() ?? '';
  const path = [...around, module];
  const lines: string[] = [];
  for (const [name, child] of module.namedChildren()) {
    if (!(child instanceof Parameter)) {
      const text = path.includes(child)
        ? `${child.constructor.name}(again)`
        : describeModule(child, path);
      lines.push(`(${name}): ${text}`);
    } else if (description === '') {
      // The parameters of a layer that describes itself follow from its description.
      lines.push(`(${name}): Parameter ${child.dtype} ${formatShape(child.shape)}`);
    }
  }
  const head = `${module.constructor.name}(${description}`;
  if (lines.length === 0) return `${head})`;
  return `${head}\n${lines.join('\n').replace(/^/gm, '  ')}\n)`;
}
