/**
 * Writes what follows from the schema of configs: `dist/config.schema.json` for editors, and the
 * reference in docs/config.md, between its two markers. The build runs it after the compiler.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { configSchema } from '../dist/config/schema.js';

/** @typedef {import('zod').core.JSONSchema.JSONSchema} Schema */

const schemaFile = new URL('../dist/config.schema.json', import.meta.url);
const docsFile = new URL('../../../docs/config.md', import.meta.url);
const begin = '<!-- The rest is generated from the schema by the build. -->';

/** @type {Schema} */
const schema = z.toJSONSchema(configSchema, { io: 'input' });
writeIfChanged(schemaFile, `${JSON.stringify({ ...schema, title: 'dltrain config' }, null, 2)}\n`);

// A published package has no docs folder beside it.
if (existsSync(docsFile)) {
  const prose = readFileSync(docsFile, 'utf8').split(begin)[0]?.trimEnd() ?? '';
  writeIfChanged(docsFile, [prose, begin, ...reference()].join('\n\n') + '\n');
}

/**
 * Files that stay as they are keep their times, so nothing is built again because of them.
 *
 * @param {URL} file
 * @param {string} text
 */
function writeIfChanged(file, text) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** @returns {string[]} paragraphs */
function reference() {
  /** @type {string[]} */
  const paragraphs = [];
  addSection('Top level', schema, '', paragraphs, new Set());
  return paragraphs;
}

/**
 * @param {string} title
 * @param {Schema} section
 * @param {string} path dotted path of the section with a dot behind, or nothing
 * @param {string[]} out
 * @param {Set<string>} told what was described before need not be described again
 */
function addSection(title, section, path, out, told) {
  const same = JSON.stringify(section.properties);
  if (told.has(same)) return;
  told.add(same);
  const keys = properties(section).filter(([, value]) => value.const === undefined || path === '');
  out.push(`## ${title}`);
  if (path !== '' && section.description !== undefined) out.push(section.description);
  out.push(keys.length === 0 ? 'No parameters.' : keyList(section, keys).join('\n'));
  for (const [key, value] of keys) {
    for (const [form, alternative] of alternatives(value)) {
      const name = `\`${path}${key}\`${form === '' ? '' : `: ${form}`}`;
      if (alternative.properties !== undefined) {
        addSection(name, alternative, `${path}${key}.`, out, told);
      }
    }
  }
}

/**
 * @param {Schema} section
 * @param {[string, Schema][]} keys
 */
function keyList(section, keys) {
  return keys.map(([key, value]) => {
    const required = section.required?.includes(key) === true;
    const facts = [kind(value), required ? 'required' : defaultOf(value)];
    return `- \`${key}\` (${facts.filter(Boolean).join('; ')}): ${value.description ?? ''}`;
  });
}

/** @param {Schema} value */
function defaultOf(value) {
  const { default: preset } = value;
  if (preset === undefined || (typeof preset === 'object' && preset !== null)) {
    return Array.isArray(preset) ? `default \`${JSON.stringify(preset)}\`` : '';
  }
  return `default \`${JSON.stringify(preset).replaceAll('"', '')}\``;
}

/**
 * The forms that a value may have, each with what tells it from the others.
 *
 * @param {Schema} value
 * @returns {[form: string, schema: Schema][]}
 */
function alternatives(value) {
  const inner = value.anyOf ?? value.oneOf;
  if (inner === undefined) {
    const item = itemOf(value);
    if (item !== undefined) return alternatives(item);
    const type = value.properties?.type;
    const form =
      typeof type === 'object' && type.const !== undefined ? `type ${String(type.const)}` : '';
    return [[form, value]];
  }
  const all = inner.flatMap((one) => alternatives(/** @type {Schema} */ (one)));
  const objects = all.filter(([, one]) => one.properties !== undefined);
  if (objects.length < 2) return all;
  return objects.map(([form, one]) => [form === '' ? formOf(one) : form, one]);
}

/** @param {Schema} one */
function formOf(one) {
  if (one.properties?.module !== undefined) return 'a module of your own';
  const [key = ''] = one.required ?? Object.keys(one.properties ?? {});
  return key === 'input' ? 'layers' : `with ${key}`;
}

/**
 * @param {Schema} value
 * @returns {Schema | undefined}
 */
function itemOf(value) {
  const { items } = value;
  return typeof items === 'object' && !Array.isArray(items)
    ? /** @type {Schema} */ (items)
    : undefined;
}

/**
 * @param {Schema} section
 * @returns {[string, Schema][]}
 */
function properties(section) {
  return Object.entries(section.properties ?? {}).map(([key, value]) => [
    key,
    /** @type {Schema} */ (value),
  ]);
}

/**
 * @param {Schema} value
 * @returns {string}
 */
function kind(value) {
  const inner = value.anyOf ?? value.oneOf;
  if (inner !== undefined) {
    const kinds = inner.map((one) => kind(/** @type {Schema} */ (one)));
    return [...new Set(kinds.flatMap((one) => one.split(' or ')))].join(' or ');
  }
  if (value.const !== undefined) return `\`${String(value.const)}\``;
  if (value.enum !== undefined) return value.enum.map((word) => `\`${String(word)}\``).join(' or ');
  switch (value.type) {
    case 'integer':
      return `whole number${range(value)}`;
    case 'number':
      return `number${range(value)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return value.pattern?.startsWith('^(?=.*[1-9])') === true ? 'duration' : 'text';
    case 'null':
      return '`null`';
    case 'array':
      return 'list';
    default:
      return 'mapping';
  }
}

/** @param {Schema} value */
function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  const bounds = [
    minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? '' : `from ${String(minimum)}`,
    exclusiveMinimum === undefined ? '' : `above ${String(exclusiveMinimum)}`,
    maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : `to ${String(maximum)}`,
    exclusiveMaximum === undefined ? '' : `below ${String(exclusiveMaximum)}`,
  ].filter(Boolean);
  return bounds.length === 0 ? '' : ` ${bounds.join(' ')}`;
}
