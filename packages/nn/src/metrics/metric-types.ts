import { accuracy } from './accuracy.js';
import { mae } from './mae.js';
import type { MetricType } from './metric.js';

/** The metrics by the names that a config uses. */
export const metricTypes = { accuracy, mae } satisfies Record<string, MetricType>;

export type MetricName = keyof typeof metricTypes;
