/** What to do about ranks that fail. */
export interface RankPolicy {
  /** How long a rank may show no progress, in milliseconds. */
  readonly timeoutMs: number;
  readonly onFailure: 'recover' | 'abort';
  readonly maxRestarts: number;
  /** Whether threads have little memory for JavaScript, so that one can be seen to run out of it. */
  readonly isScarce: boolean;
}

/** A rank was lost and replaced. */
export interface Recovery {
  /** Steps committed. */
  readonly step: number;
  readonly rank: number;
  readonly reason: string;
  /** Ranks replaced so far. */
  readonly restarts: number;
  /** From the detection to going on. */
  readonly recoveryMs: number;
}
