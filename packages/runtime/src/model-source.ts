import { pathToFileURL } from 'node:url';
import { importExport } from '@dltrain/data';
import { buildLayers, Module } from '@dltrain/nn';
import { OptionsError } from './errors.js';
import type { ModelSource, ModuleReference } from './options.js';

/** The same reference for any thread and any folder: the file is an absolute `file:` URL. */
export function portableReference(reference: ModuleReference): ModuleReference {
  const { module } = reference;
  const isUrl = module instanceof URL || module.startsWith('file:');
  return { ...reference, module: isUrl ? String(module) : pathToFileURL(module).href };
}

export function portableModel(source: ModelSource): ModelSource {
  return 'module' in source ? portableReference(source) : source;
}

/**
 * Builds the model in this thread: from its layers, or from the user's class or function.
 * @throws OptionsError when the user's export does not give a Module
 */
export async function buildModel(source: ModelSource): Promise<Module> {
  if (!('module' in source)) return buildLayers(source);
  const expected = 'a subclass of Module, or a function that returns one';
  const make = await loadFunction(source, ['model', 'export'], expected);
  const args = source.args ?? [];
  const model: unknown = isModuleClass(make) ? new make(...args) : await make(...args);
  if (model instanceof Module) return model;
  throw new OptionsError(
    ['model', 'export'],
    `${describe(source)} gave no Module; export ${expected}, and see that only one copy of dltrain is installed`,
  );
}

type Callable = (...args: unknown[]) => unknown;

/** Imports a function or class of the user's. */
export async function loadFunction(
  reference: ModuleReference,
  path: readonly (string | number)[],
  expected: string,
): Promise<Callable> {
  const found = await importExport(reference, process.cwd());
  if (typeof found === 'function') return found as Callable;
  throw new OptionsError(path, `${describe(reference)} is ${typeof found}; export ${expected}`);
}

function describe({ module, export: name = 'default' }: ModuleReference): string {
  return `the export ${name} of ${String(module)}`;
}

function isModuleClass(make: Callable): make is Callable & (new (...args: unknown[]) => Module) {
  return make.prototype instanceof Module;
}
