import { pathToFileURL } from 'node:url';
import { importExport } from '@dltrain/data';
import { buildLayers, Module } from '@dltrain/nn';
import { OptionsError } from './errors.js';
import { patienceOf, waitForModule, type Patience } from './start-up.js';
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
 * @throws OptionsError when the user's export does not give a Module, or nothing within the limit;
 *   AbortedError at the signal while it is waited for
 */
export async function buildModel(
  source: ModelSource,
  patience: Patience = patienceOf(),
): Promise<Module> {
  if (!('module' in source)) return buildLayers(source);
  return waitForModule(buildFromModule(source), ['model'], source, patience);
}

async function buildFromModule(source: ModuleReference): Promise<Module> {
  const expected = 'a subclass of Module, or a function that returns one';
  const make = await importExport(source, process.cwd());
  if (typeof make !== 'function') {
    const found = `${describe(source)} is ${typeof make}`;
    throw new OptionsError(['model', 'export'], `${found}; export ${expected}`);
  }
  const args = source.args ?? [];
  const model: unknown = isModuleClass(make)
    ? new make(...args)
    : await (make as Callable)(...args);
  if (model instanceof Module) return model;
  throw new OptionsError(
    ['model', 'export'],
    `${describe(source)} gave no Module; export ${expected}, and see that only one copy of dltrain is installed`,
  );
}

type Callable = (...args: unknown[]) => unknown;
type ModuleClass = new (...args: unknown[]) => Module;

function describe({ module, export: name = 'default' }: ModuleReference): string {
  return `the export ${name} of ${String(module)}`;
}

function isModuleClass(make: object): make is ModuleClass {
  return 'prototype' in make && make.prototype instanceof Module;
}
