import path from 'node:path';

/** What a checkpoint directory holds besides its manifest. */
export const modelFileName = 'model.safetensors';
export const optimizerFileName = 'optimizer.safetensors';

/** In a run directory, where its checkpoints are. */
export function checkpointsDirectory(runDir: string): string {
  return path.join(runDir, 'checkpoints');
}

/** `step-000200`: sorted by name they are sorted by step, up to a million. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(6, '0')}`;
}

/** The step of a checkpoint's name; null for other names. */
export function stepOfName(name: string): number | null {
  const digits = /^step-(\d{6,16})$/.exec(name)?.[1];
  if (digits === undefined) return null;
  const step = Number(digits);
  return checkpointName(step) === name ? step : null;
}
