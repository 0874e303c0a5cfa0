import { DltrainError } from '@dltrain/core';

/** A command line that makes no sense: answered with exit code 2. */
export class UsageError extends DltrainError {}
