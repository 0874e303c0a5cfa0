import * as z from 'zod';
import { moduleSchema } from './module-schema.js';

const path = z.string().min(1);

const maxBytes = z
  .int()
  .min(1)
  .optional()
  .describe('The most bytes that a file may hold once unpacked; 2 GiB by default.');

const idx = z
  .strictObject({
    type: z.literal('idx').describe('Two IDX files, plain or .gz.'),
    images: path.describe('The inputs: a path relative to this file, or npm:package/path.'),
    labels: path.nullable().default(null).describe('The class indices; null for none.'),
    max_bytes: maxBytes,
  })
  .describe('Images and labels as MNIST has them.');

const columnName = z.union([z.string().min(1), z.int().min(0)]);

const csv = z
  .strictObject({
    type: z.literal('csv').describe('A CSV file, plain or .gz.'),
    path: path.describe('The file: a path relative to this one, or npm:package/path.'),
    header: z.boolean().default(true).describe('Whether the first line holds column names.'),
    delimiter: z.string().length(1).default(',').describe('What stands between two fields.'),
    inputs: z
      .array(columnName)
      .min(1)
      .optional()
      .describe('Input columns by name or index from 0, in order; by default all but the target.'),
    target: z
      .union([columnName, z.array(columnName).min(1)])
      .nullable()
      .default(null)
      .describe('The column or columns to predict.'),
    target_type: z
      .enum(['number', 'class'])
      .default('number')
      .describe('number for regression; class makes an index of each distinct text.'),
    class_names: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('The classes by index; by default what the column holds, sorted.'),
    max_bytes: maxBytes,
    max_line_bytes: z.int().min(1).optional().describe('The most bytes a line; 1 MiB by default.'),
  })
  .describe('A table of numbers.');

/** Where samples come from. */
export const datasetSchema = z.union([z.discriminatedUnion('type', [idx, csv]), moduleSchema]);

/** The keys of a data source that hold the path of a file. */
export const dataPathKeys = ['images', 'labels', 'path', 'module'] as const;

const numbers = z.array(z.number()).min(1);

/** What happens to inputs between the file and the model. */
export const transformSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('normalize'),
      mean: numbers.describe('One number, or one a channel.'),
      std: z.array(z.number().gt(0)).min(1).describe('One number, or one a channel.'),
    })
    .describe('(x - mean) / std; bytes of images are divided by 255 before.'),
  z
    .strictObject({ type: z.literal('standardize') })
    .describe('normalize with mean and standard deviation of the training set.'),
]);
