import type { LayerStatistics, Spread } from '@dltrain/nn';
import type { StatisticsEvent } from '../options.js';
import { atMost, sizesOf, uint32, wellFormed } from './bounds.js';

/** More are refused in either direction. */
const maxLayers = 65_536;

export interface StatisticsMessage {
  step: number;
  epoch: number;
  samples: number;
  elapsed_ms: number;
  layers: readonly LayerMessage[];
}

interface LayerMessage {
  name: string;
  kind: string;
  turn: number;
  shape: { sizes: readonly number[] } | null;
  activation: Spread | null;
  gradient: Spread | null;
  zeros: number;
  saturated: number | null;
  dead: number;
}

const noSpread: Spread = { mean: 0, deviation: 0, norm: 0 };

/** Throws EventLogError for what the schema cannot hold. */
export function statisticsMessage(event: StatisticsEvent): StatisticsMessage {
  return {
    step: event.step,
    epoch: event.epoch,
    samples: event.samples,
    elapsed_ms: event.elapsedMs,
    layers: atMost(maxLayers, 'layers', event.layers).map((layer) => ({
      ...layer,
      name: wellFormed(layer.name),
      kind: wellFormed(layer.kind),
      turn: uint32('turn', layer.turn),
      shape: { sizes: sizesOf(layer.shape) },
    })),
  };
}

/** Throws EventLogError for a message that does not make sense. */
export function statisticsEvent(message: StatisticsMessage): StatisticsEvent {
  return {
    event: 'statistics',
    step: message.step,
    epoch: message.epoch,
    samples: message.samples,
    elapsedMs: message.elapsed_ms,
    layers: atMost(maxLayers, 'layers', message.layers).map(layerOf),
  };
}

function layerOf(layer: LayerMessage): LayerStatistics {
  return {
    name: layer.name,
    kind: layer.kind,
    turn: layer.turn,
    shape: sizesOf(layer.shape?.sizes ?? []),
    activation: spreadOf(layer.activation ?? noSpread),
    zeros: layer.zeros,
    saturated: layer.saturated,
    dead: layer.dead,
    gradient: layer.gradient === null ? null : spreadOf(layer.gradient),
  };
}

/** A decoded message keeps its zeros in its prototype. */
function spreadOf({ mean, deviation, norm }: Spread): Spread {
  return { mean, deviation, norm };
}
