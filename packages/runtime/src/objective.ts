import { lossTypes, metricTypes, userLoss, userMetric, type Loss, type Metric } from '@dltrain/nn';
import { loadFunction } from './model-source.js';
import type { LossName, MetricName, ModuleReference } from './options.js';

/** The loss of a name, or the user's own function of (output, target). */
export async function loadLoss(loss: LossName | ModuleReference): Promise<Loss> {
  if (typeof loss === 'string') return lossTypes[loss];
  const found = await loadFunction(
    loss,
    ['loss', 'export'],
    'a function (output, target) => mean loss',
  );
  return userLoss(found as Parameters<typeof userLoss>[0]);
}

/** The metrics of a list, in its order. */
export async function loadMetrics(
  metrics: readonly (MetricName | ModuleReference)[],
): Promise<Metric[]> {
  return Promise.all(
    metrics.map(async (metric, i) => {
      if (typeof metric === 'string') return metricTypes[metric];
      const found = await loadFunction(
        metric,
        ['metrics', i, 'export'],
        'a function (output, target) => mean over the batch',
      );
      return userMetric(found as Parameters<typeof userMetric>[0]);
    }),
  );
}

/** What a metric is called in events: its own name, or that of the user's export. */
export function metricName(metric: MetricName | ModuleReference): string {
  return typeof metric === 'string' ? metric : (metric.export ?? 'metric');
}
