import { ratio, spread } from '../statistics.js';
import { digits, percent } from '../table.js';
import { stepFlops } from '../workloads/workload.js';

/**
 * @typedef {Awaited<ReturnType<typeof import('./field.js').startField>>} Field
 * @typedef {import('../suite.js').Ratio} Ratio
 * @typedef {import('../table.js').Table} Table
 *
 * @typedef {object} Limits what the machine could do in the same rounds
 * @property {import('../ceilings.js').Ceilings} ceilings
 * @property {Pick<import('../core-distance.js').CoreDistance, 'notes' | 'measurements'>} distance
 */

/**
 * @param {import('../workloads/workload.js').Workload} workload
 * @param {Field} field
 * @param {import('../ceilings.js').Results} results
 * @param {Limits} limits
 * @returns {import('../suite.js').Results}
 */
export function reportSteps(workload, { ours, peers }, results, { ceilings, distance }) {
  const flops = stepFlops(workload);
  const all = [...ours.map(({ contender }) => contender), ...peers];
  /** @param {string} above @param {string} below */
  const timesOf = (above, below) => {
    const [one, other] = [results.get(above), results.get(below)];
    return one && other ? [{ name: ratioName(above, below), value: ratio(one, other) }] : [];
  };
  const ofFloor = all.flatMap(({ name, threads }) => {
    const [ms, floor] = [results.get(name), ceilings.floor(results, flops, threads)];
    return ms && floor ? [{ name: ratioName(name, 'the floor'), value: ratio(ms, floor) }] : [];
  });
  const ofPeers = ours.flatMap(({ contender }) =>
    peers.flatMap((peer) => timesOf(contender.name, peer.name)),
  );
  const speedUps = ours.flatMap((one) =>
    ours
      .filter((other) => one.workers === 1 && other.workers > 1 && sameKind(one, other))
      .flatMap((other) => timesOf(one.contender.name, other.contender.name)),
  );
  const ratios = [...ofFloor, ...ofPeers, ...speedUps];
  const measurements = all.flatMap(({ name }) => {
    const ms = results.get(name);
    return ms ? [{ name, ms, rate: flops / (ms.median * 1e6), unit: 'GFLOP/s' }] : [];
  });
  const losses = ours.flatMap(({ mode, contender }) =>
    mode === 'exact' ? [contender.fingerprint()] : [],
  );
  /** @type {Table} */
  const times = {
    title: `A training step of workload ${workload.name}: ${workload.title}, batch ${workload.batch}, SGD with momentum`,
    header: ['', 'ms/step', 'samples/s', 'GFLOP/s', 'of floor', 'spread'],
    rows: measurements.map(({ name, ms, rate }) => [
      name,
      digits(ms.median),
      digits((1000 * workload.batch) / ms.median),
      digits(rate),
      `${digits(valueOf(ratios, name, 'the floor')?.median ?? NaN)} x`,
      percent(spread(ms)),
    ]),
    notes: [
      `${digits(flops / 1e6)} MFLOP a step; the floor is their time at the best GEMM on as many threads`,
      `all exact runs of dltrain had the same loss so far: ${new Set(losses).size === 1 ? 'yes' : 'NO'}`,
      ...speedUps.map(({ name, value }) => `${name}: ${rangeOf(value)}`),
      ...ceilings.notes(results),
      ...distance.notes(results),
    ],
  };
  /** @type {Table} */
  const comparison = {
    title: `Workload ${workload.name}: our time over theirs, medians and quartiles of the rounds' ratios`,
    header: ['', ...peers.map(({ name }) => name)],
    rows: ours.map(({ contender }) => [
      contender.name,
      ...peers.map((peer) => rangeOf(valueOf(ratios, contender.name, peer.name))),
    ]),
  };
  return {
    measurements: [
      ...measurements,
      ...ceilings.measurements(results),
      ...distance.measurements(results),
    ],
    ratios,
    contenders: Object.fromEntries(all.map(({ name, about }) => [name, about])),
    tables: peers.length === 0 ? [times] : [times, comparison],
  };
}

/** @param {string} above @param {string} below */
function ratioName(above, below) {
  return `${above} / ${below}`;
}

/**
 * @param {readonly Ratio[]} ratios
 * @param {string} above
 * @param {string} below
 */
function valueOf(ratios, above, below) {
  return ratios.find(({ name }) => name === ratioName(above, below))?.value;
}

/** @param {import('../statistics.js').Summary | undefined} value */
function rangeOf(value) {
  return value === undefined
    ? '-'
    : `${digits(value.median)} (${digits(value.low)} to ${digits(value.high)})`;
}

/**
 * The same but for the number of workers.
 *
 * @param {Field['ours'][number]} one
 * @param {Field['ours'][number]} other
 */
function sameKind(one, other) {
  return one.mode === other.mode && one.node === other.node;
}
