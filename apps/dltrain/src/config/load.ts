import { basename, dirname, extname, resolve } from 'node:path';
import { TextDecoder } from 'node:util';
import { FileError, readSmallFileSync } from '@dltrain/core';
import { mostCharacters } from './bounded-yaml.js';
import { explainIssues, knownKeysAsMessage } from './explain.js';
import type { Finding } from './explain.js';
import { applySettings, parseOverride, readEnvironment } from './overrides.js';
import type { Overlay, Setting } from './overrides.js';
import { ConfigError } from './problem.js';
import type { Place, Problem } from './problem.js';
import { configSchema, sectionOfKey } from './schema.js';
import type { Config } from './schema.js';
import { parseYaml } from './yaml-source.js';
import type { Path, YamlSource } from './yaml-source.js';

/** A config that fits the schema, and where each of its values came from. */
export interface LoadedConfig {
  readonly config: Config & { readonly name: string };
  /** The file as it was named, and where it lies. */
  readonly file: string;
  readonly absolutePath: string;
  /** The file's text, to be kept beside the results. */
  readonly text: string;
  /** Where the value at a path came from. */
  readonly originOf: (path: Path) => 'file' | 'environment' | 'override' | 'default';
  /** The folder that a relative file name at a path is relative to. */
  readonly baseDirectory: (path: Path) => string;
  /** A problem at a path, found after the schema was satisfied. */
  readonly problemAt: (path: Path, what: string, remedy?: string) => Problem;
}

export interface LoadOptions {
  /** `key.path=value` from the command line. */
  readonly overrides?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory?: string;
}

/**
 * Reads a config file, lays environment and overrides over it and checks it against the schema.
 *
 * @throws {ConfigError} with everything that is wrong.
 */
export function loadConfig(file: string, options: LoadOptions = {}): LoadedConfig {
  const workingDirectory = options.workingDirectory ?? process.cwd();
  const absolutePath = resolve(workingDirectory, file);
  const text = readText(file, absolutePath);
  const { source, problems } = parseYaml(file, text);
  const settings = [
    ...readEnvironment(options.environment ?? {}),
    ...(options.overrides ?? []).map(parseOverride),
  ];
  const found = [...problems, ...settings.flatMap(({ problem }) => problem ?? [])];
  if (source === null) throw new ConfigError(found);
  const overlay = applySettings(
    source.value,
    settings.flatMap(({ setting }) => setting ?? []),
  );
  found.push(...overlay.problems);
  const parsed = configSchema.safeParse(overlay.value, { error: knownKeysAsMessage });
  if (!parsed.success) {
    const findings = explainIssues(parsed.error.issues, overlay.value, sectionOfKey);
    found.push(...findings.map((finding) => problemOf(finding, source, overlay)));
  }
  if (found.length > 0 || !parsed.success) throw new ConfigError(found);
  const origin = (path: Path): Setting | undefined => overlay.originOf(path);
  const { version, name = nameOf(absolutePath), ...rest } = parsed.data;
  return {
    config: { version, name, ...rest },
    file,
    absolutePath,
    text,
    originOf: (path) => {
      const place = overlay.setterOf(path)?.place;
      if (place?.kind === 'override' || place?.kind === 'environment') return place.kind;
      return source.has(path) ? 'file' : 'default';
    },
    baseDirectory: (path) =>
      origin(path) === undefined ? dirname(absolutePath) : workingDirectory,
    problemAt: (path, what, remedy) =>
      problemOf({ path, part: 'value', what, remedy }, source, overlay),
  };
}

function problemOf(finding: Finding, source: YamlSource, overlay: Overlay): Problem {
  const { path, part, what, remedy } = finding;
  const setting = overlay.originOf(path);
  const place: Place =
    setting?.place ?? (part === 'key' ? source.placeOfKey(path) : source.placeOfValue(path));
  return { place, what, remedy };
}

/** What `mostCharacters` of UTF-8 can take, three bytes each. */
const mostBytes = 3 * mostCharacters;

function readText(file: string, absolutePath: string): string {
  const whole = (what: string, remedy: string) =>
    new ConfigError([{ place: { kind: 'whole', file }, what, remedy }]);
  let bytes: Uint8Array;
  try {
    bytes = readSmallFileSync(absolutePath, mostBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    switch (error.problem) {
      case 'missing':
        throw whole(error.message, "check the path; 'dltrain init' writes a config to start from");
      case 'folder':
        throw whole(
          'this is a directory, not a config',
          `give the file, such as ${file}/config.yaml`,
        );
      case 'special':
        throw whole('this is no regular file', 'write the config to a file and give that');
      case 'longer':
        throw whole(
          `this cannot be a config: ${error.message}`,
          'a config is a short YAML file, in which data files are named',
        );
      case 'shorter':
      case 'unreadable':
        throw whole(`the file ${error.message}`, 'check its name and its permissions');
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw whole('the file is not UTF-8 text', 'give a YAML config; data files are named inside it');
  }
}

/** `mnist-mlp` for `examples/mnist-mlp.yaml`. */
function nameOf(path: string): string {
  const name = basename(path, extname(path))
    .replace(/[^\w.-]/g, '-')
    .replace(/^[.-]+/, '');
  return name === '' ? 'run' : name.slice(0, 100);
}
