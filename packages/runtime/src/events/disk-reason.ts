import { messageOf } from './errors.js';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota is used up; make room',
  EACCES: 'the directory may not be written to',
  EROFS: 'the disk is read-only',
};

/** Why a disk did not do what it was asked to, and what helps. */
export function diskReason(error: unknown): string {
  const remedy = remedies[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return remedy === undefined ? messageOf(error) : `${messageOf(error)} (${remedy})`;
}
