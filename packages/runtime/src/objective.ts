import { importExport } from '@dltrain/data';
import {
  buildLoss,
  metricTypes,
  userLoss,
  userMetric,
  type Loss,
  type LossSpec,
  type Metric,
  type MetricName,
} from '@dltrain/nn';
import { OptionsError } from './errors.js';
import type { ModuleReference } from './options.js';
import { patienceOf, waitForModule, type Patience } from './start-up.js';

/**
 * The loss of a specification, or the user's own.
 * @throws SpecError when there is none of that name, or an argument does not fit; what `importExport`,
 *   `userLoss` and `waitForModule` throw
 */
export async function loadLoss(
  loss: LossSpec | ModuleReference,
  patience = patienceOf(),
): Promise<Loss> {
  return typeof loss === 'object' && 'module' in loss
    ? userLoss(await importPatiently(loss, ['loss'], patience))
    : buildLoss(loss);
}

/** The metrics of a list, in its order. */
export async function loadMetrics(
  metrics: readonly (MetricName | ModuleReference)[],
  patience = patienceOf(),
): Promise<Metric[]> {
  return Promise.all(
    metrics.map(async (metric, i) =>
      typeof metric === 'string'
        ? find(metricTypes, metric, ['metrics', i])
        : userMetric(await importPatiently(metric, ['metrics', i], patience)),
    ),
  );
}

/** A module may await as it is loaded, too. */
function importPatiently(
  reference: ModuleReference,
  place: readonly (string | number)[],
  patience: Patience,
): Promise<unknown> {
  return waitForModule(importExport(reference, process.cwd()), place, reference, patience);
}

/** Callers in JavaScript may ask for what is not there. */
function find<T>(types: Readonly<Record<string, T>>, name: string, path: (string | number)[]): T {
  const found = Object.hasOwn(types, name) ? types[name] : undefined;
  if (found !== undefined) return found;
  throw new OptionsError(path, `there is no ${name}; there are ${Object.keys(types).join(', ')}`);
}

/** What a metric is called in events: its own name, or that of the user's export. */
export function metricName(metric: MetricName | ModuleReference): string {
  return typeof metric === 'string' ? metric : (metric.export ?? 'metric');
}
