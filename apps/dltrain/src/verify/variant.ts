import type { RecoveryEvent, StartEvent, WeightsEvent } from '@dltrain/runtime';
import { UsageError } from '../usage-error.js';
import type { NodeAtHand } from './nodes.js';

/** One way to train the stretch. */
export interface Variant {
  readonly node: NodeAtHand;
  readonly workers: number;
  /** Whether a worker is killed in the middle. */
  readonly isKilled: boolean;
}

/**
 * Every worker count on every Node, first left alone, and then with a worker killed.
 *
 * @throws UsageError where that is a single run, which would agree with itself
 */
export function variantsOf(
  nodes: readonly NodeAtHand[],
  workers: readonly number[],
  withKills: boolean,
): Variant[] {
  const variants = nodes.flatMap((node) =>
    (withKills ? [false, true] : [false]).flatMap((isKilled) =>
      workers.map((count) => ({ node, workers: count, isKilled })),
    ),
  );
  const [only] = variants;
  if (only === undefined || variants.length > 1) return variants;
  throw new UsageError(
    `there is nothing to compare ${describeVariant(only)} with; give more worker counts (--workers 1,2,3), --kill, or another Node (--node PATH)`,
  );
}

/** `Node 24.21.0, 2 workers, one killed`. */
export function describeVariant({ node, workers, isKilled }: Variant): string {
  const threads = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  return `Node ${node.version}, ${threads}${isKilled ? ', one killed' : ''}`;
}

/** What the process that trains a variant is told. */
export interface Order {
  /** Config and overrides, as on the command line. */
  readonly words: readonly string[];
  readonly steps: number;
  readonly workers: number;
  /** The step in which a worker is killed; null for none. */
  readonly killAt: number | null;
}

/** What that process tells. */
export type Message =
  | StartEvent
  | WeightsEvent
  | RecoveryEvent
  /** That its main thread is well, though there is nothing to tell. */
  | { readonly event: 'alive' }
  | { readonly event: 'failed'; readonly message: string };
