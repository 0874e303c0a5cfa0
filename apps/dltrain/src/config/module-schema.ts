import * as z from 'zod';

/** A class or function in a file of the user's own. */
export const moduleSchema = z
  .strictObject({
    module: z
      .string()
      .min(1)
      .describe('A .js or .mjs file (.ts where Node strips types), or npm:package/path.'),
    export: z.string().min(1).default('default').describe('The name of the export.'),
    args: z.array(z.json()).default([]).describe('Arguments for the constructor or function.'),
  })
  .describe('A class or function of your own.');
