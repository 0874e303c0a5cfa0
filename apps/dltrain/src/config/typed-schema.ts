import type { ArgumentSpec, TypeEntry } from '@dltrain/nn';
import * as z from 'zod';
import { parseDuration } from './duration.js';
import { snakeCase } from './names.js';

/** `conv2d` or `{type: conv2d, out_channels: 32, ...}`, from the parameters that a registry declares. */
export function typedSchema(what: string, types: Readonly<Record<string, TypeEntry>>) {
  const names = Object.keys(types);
  const bare = names.filter((name) =>
    Object.values(types[name]?.parameters ?? {}).every(isOptional),
  );
  const objects = Object.entries(types).map(([name, spec]) =>
    z
      .strictObject({
        type: z.literal(name),
        ...Object.fromEntries(
          Object.entries(spec.parameters).map(([key, parameter]) => [
            snakeCase(key),
            parameterSchema(parameter),
          ]),
        ),
      })
      .describe(spec.doc),
  );
  const [first, ...rest] = objects;
  if (first === undefined) throw new TypeError(`there is no type of ${what}`);
  const words = z.enum(bare, {
    error: ({ input }) =>
      typeof input === 'string' && names.includes(input)
        ? `needs parameters: write {type: ${input}, ${neededBy(types[input])}}`
        : undefined,
  });
  return z.union([words, z.discriminatedUnion('type', [first, ...rest])]);
}

function neededBy(type: TypeEntry | undefined): string {
  return Object.entries(type?.parameters ?? {})
    .filter(([, parameter]) => !isOptional(parameter))
    .map(([key]) => `${snakeCase(key)}: ...`)
    .join(', ');
}

type DurationUnit = 'ep' | 'ba' | 's' | 'ms';

/** `10ep`, `500ba`, `60s` or `250ms`, as far as the units make sense where it stands. */
export function durationSchema(units: readonly DurationUnit[]) {
  const examples: Record<DurationUnit, string> = { ep: '1ep', ba: '500ba', s: '60s', ms: '500ms' };
  const listed = units.map((unit) => examples[unit]).join(', ');
  const pattern = new RegExp(`^(?=.*[1-9])(${units.map(unitPattern).join('|')})$`);
  const error = `must be a duration such as ${listed}`;
  return z
    .string({ error })
    .regex(pattern, { error, abort: true })
    .refine((text) => parseDuration(text) !== undefined, 'is longer than can be counted');
}

/** Epochs and batches are whole. */
function unitPattern(unit: DurationUnit): string {
  return unit === 's' || unit === 'ms' ? `\\d+(\\.\\d+)?${unit}` : `\\d+${unit}`;
}

function isOptional(parameter: ArgumentSpec): boolean {
  return parameter.required !== true;
}

/** The schema of one parameter, with its default, from its declaration. */
function parameterSchema(parameter: ArgumentSpec): z.ZodType {
  const kind = kindSchema(parameter);
  if (parameter.default === undefined) return kind.describe(parameter.doc);
  const open = parameter.default === null ? kind.nullable() : kind;
  return open.default(parameter.default).describe(parameter.doc);
}

function kindSchema(parameter: ArgumentSpec): z.ZodType {
  const whole = bounded(z.int(), parameter);
  switch (parameter.kind) {
    case 'int':
      return whole;
    case 'number':
      return bounded(z.number(), parameter);
    case 'numbers':
      return z.array(bounded(z.number(), parameter)).min(1);
    case 'boolean':
      return z.boolean();
    case 'size':
      return z.union([whole, z.tuple([whole, whole])]);
    case 'padding':
      return z.union([z.enum(['same', 'valid']), whole, z.tuple([whole, whole])]);
    case 'duration':
      return durationSchema(['ep', 'ba']);
  }
}

function bounded<T extends z.ZodNumber>(schema: T, parameter: ArgumentSpec): T {
  const { min, exclusiveMin, max, exclusiveMax } = parameter;
  let result = schema;
  if (min !== undefined) result = result.min(min);
  if (exclusiveMin !== undefined) result = result.gt(exclusiveMin);
  if (max !== undefined) result = result.max(max);
  if (exclusiveMax !== undefined) result = result.lt(exclusiveMax);
  return result;
}
