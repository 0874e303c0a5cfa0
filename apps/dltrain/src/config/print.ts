import { Document, isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import type { LoadedConfig } from './load.js';
import type { Path } from './yaml-source.js';

const sources = {
  override: 'command line',
  environment: 'environment',
  default: 'default',
} as const;

/**
 * A config as YAML with every default written out. What did not come from the file says where
 * it came from.
 */
export function printConfig(config: unknown, origin: LoadedConfig['originOf']): string {
  const document = new Document(config);
  if (isMap(document.contents)) annotate(document.contents, [], origin);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function annotate(node: Node, path: Path, origin: LoadedConfig['originOf']): void {
  if (isMap(node) && !isLine(path)) {
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      annotate(pair.value as Node, [...path, key], origin);
    }
    return;
  }
  if (isSeq(node) && node.items.some((item) => isCollection(item)) && !isLine(path)) {
    node.items.forEach((item, i) => annotate(item as Node, [...path, i], origin));
    return;
  }
  if (isCollection(node)) node.flow = true;
  const source = isLine(path) ? setWithin(node, path, origin) : origin(path);
  if (source !== 'file') node.comment = ` ${sources[source]}`;
}

/** What set any value of a line; of those in the file the others are defaults. */
function setWithin(
  node: Node,
  path: Path,
  origin: LoadedConfig['originOf'],
): 'override' | 'environment' | 'file' {
  const origins = new Set(pathsWithin(node, path).map(origin));
  if (origins.has('override')) return 'override';
  return origins.has('environment') ? 'environment' : 'file';
}

/** The paths of all single values of a node. */
function pathsWithin(node: unknown, path: Path): Path[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      pathsWithin(value, [...path, isScalar(key) ? String(key.value) : '']),
    );
  }
  if (isSeq(node)) return node.items.flatMap((item, i) => pathsWithin(item, [...path, i]));
  return [path];
}

/** Layers, transforms and the arguments of a module are written on one line each. */
function isLine(path: Path): boolean {
  const name = path.join('.');
  return /^(model\.layers|data\.transforms|metrics)\.\d+$/.test(name) || path.at(-1) === 'args';
}
