import { DltrainError, Tensor } from '@dltrain/core';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

/** A module that contains itself, which no forward pass could end. */
export class ModuleCycleError extends DltrainError {}

/** What a module is made of, by names that are paths from it. */
export interface ModuleStructure {
  /** Every module once, by the name under which it is found first; the whole is ''. */
  readonly modules: Map<string, Module>;
  /** Every parameter once, likewise. */
  readonly parameters: Map<string, Parameter>;
  /** Other names of modules and parameters that are used more than once, and their first names. */
  readonly aliases: Map<string, string>;
}

/** @throws ModuleCycleError naming the path on which a module comes back to itself */
export function structureOf(root: Module): ModuleStructure {
  const modules = new Map<string, Module>();
  const parameters = new Map<string, Parameter>();
  const aliases = new Map<string, string>();
  const names = new Map<Module | Parameter, string>();
  const path = new Set<Module>();

  const visit = (name: string, module: Module): void => {
    modules.set(name, module);
    warnOfPlainTensors(module);
    names.set(module, name);
    path.add(module);
    const inner: [string, Module][] = [];
    for (const [key, child] of module.namedChildren()) {
      const childName = name === '' ? key : `${name}.${key}`;
      const known = names.get(child);
      if (child instanceof Parameter) {
        if (known === undefined) {
          parameters.set(childName, child);
          names.set(child, childName);
        } else {
          aliases.set(childName, known);
        }
      } else if (path.has(child)) {
        throw cycle(childName, child, known ?? '');
      } else {
        inner.push([childName, child]);
      }
    }
    for (const [childName, child] of inner) {
      const known = names.get(child);
      if (known === undefined) visit(childName, child);
      else aliases.set(childName, known);
    }
    path.delete(module);
  };

  visit('', root);
  return { modules, parameters, aliases };
}

const warned = new Set<string>();

/**
 * Warns, once for each class and field, of a plain tensor that looks like a parameter. It is no error:
 * one may hand it to an optimizer oneself, or hold an input whose gradient is wanted.
 */
function warnOfPlainTensors(module: Module): void {
  for (const [field, value] of Object.entries(module) as [string, unknown][]) {
    if (!(value instanceof Tensor) || value instanceof Parameter) continue;
    const place = `${module.constructor.name}.${field}`;
    if (value.node !== null || !value.requiresGrad || warned.has(place)) continue;
    warned.add(place);
    process.emitWarning(
      `${place} is a plain tensor that requires a gradient, but no parameter: it is not among parameters() ` +
        'and is not saved; wrap it in new Parameter(...), or hold it in a #private property',
      'DltrainWarning',
    );
  }
}

function cycle(path: string, module: Module, name: string): ModuleCycleError {
  const kind = module.constructor.name;
  const whole = name === '' ? `the model itself (${kind})` : `'${name}' (${kind})`;
  return new ModuleCycleError(
    `modules form a cycle: '${path}' is ${whole} again, which contains it; hold a reference that is ` +
      'not a part in a #private property',
  );
}
