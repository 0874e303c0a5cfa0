import type { FileHandle } from 'node:fs/promises';
import { openRegularFile, readExactly } from '@dltrain/core';
import { decodeTensor, encodeSafetensors } from './safetensors.js';
import { headerLength, parseHeader, SafetensorsError } from './safetensors-header.js';
import type { StateDict, WeightArray } from './weight-array.js';
import { writeAtomically } from './write-atomically.js';

/**
 * Saves weights as a safetensors file, which other tools read too. An existing file is replaced in
 * one go: no crash leaves half of one.
 *
 * @example
 * await saveSafetensors('model.safetensors', model.stateDict());
 */
export async function saveSafetensors(path: string, weights: StateDict): Promise<void> {
  const bytes = encodeSafetensors(weights);
  try {
    await writeAtomically(path, bytes);
  } catch (error) {
    throw new SafetensorsError(`${path}: the weights cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Loads the weights of a safetensors file; 16-bit floats become f32.
 *
 * @throws SafetensorsError beginning with the path, when the file cannot be read or is malformed
 *
 * @example
 * model.loadStateDict(await loadSafetensors('model.safetensors'));
 */
export async function loadSafetensors(path: string): Promise<Map<string, WeightArray>> {
  try {
    const { file, size } = await openRegularFile(path);
    try {
      return await readTensors(file, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new SafetensorsError(`${path}: ${messageOf(error)}`, { cause: error });
  }
}

async function readTensors(file: FileHandle, size: number): Promise<Map<string, WeightArray>> {
  const dataStart = 8 + headerLength(await readExactly(file, 0, Math.min(8, size)), size);
  const entries = parseHeader(await readExactly(file, 8, dataStart - 8), size - dataStart);
  const weights = new Map<string, WeightArray>();
  for (const [name, entry] of entries) {
    const stored = await readExactly(file, dataStart + entry.begin, entry.end - entry.begin);
    weights.set(name, decodeTensor(entry, stored));
  }
  return weights;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
