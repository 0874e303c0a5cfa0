import { importExport } from '@dltrain/data';
import {
  lossTypes,
  metricTypes,
  userLoss,
  userMetric,
  type Loss,
  type LossName,
  type Metric,
  type MetricName,
} from '@dltrain/nn';
import type { ModuleReference } from './options.js';

/** The loss of a name, or the user's own. */
export async function loadLoss(loss: LossName | ModuleReference): Promise<Loss> {
  return typeof loss === 'string'
    ? lossTypes[loss]
    : userLoss(await importExport(loss, process.cwd()));
}

/** The metrics of a list, in its order. */
export async function loadMetrics(
  metrics: readonly (MetricName | ModuleReference)[],
): Promise<Metric[]> {
  return Promise.all(
    metrics.map(async (metric) =>
      typeof metric === 'string'
        ? metricTypes[metric]
        : userMetric(await importExport(metric, process.cwd())),
    ),
  );
}

/** What a metric is called in events: its own name, or that of the user's export. */
export function metricName(metric: MetricName | ModuleReference): string {
  return typeof metric === 'string' ? metric : (metric.export ?? 'metric');
}
