import { CoreDistance } from '../core-distance.js';
import { interleave } from '../statistics.js';
import { startField } from '../training/field.js';
import { reportSteps } from '../training/step-report.js';
import { workloads } from '../workloads/index.js';

/** A suite for each workload: `step-a` and so on. */
export const stepSuites = workloads.map(stepSuite);

/**
 * @param {import('../workloads/workload.js').Workload} workload
 * @returns {import('../suite.js').Suite}
 */
function stepSuite(workload) {
  const { name, title, batch } = workload;
  return {
    name: `step-${name.toLowerCase()}`,
    title: `training steps of workload ${name}, ${title}, batch ${batch}`,
    run: async (context) => {
      const { quick, ceilings } = context;
      const window = { warmMs: 50, ms: quick ? 200 : 700 };
      const distance = new CoreDistance(context);
      const field = await startField(workload, context);
      const all = [...field.ours.map(({ contender }) => contender), ...field.peers];
      // V8 has compiled all of a rank's code after some hundred steps; a pause costs less.
      for (const one of all) await one.time({ warmMs: quick ? 700 : 4000, ms: 0 });
      const results = await interleave(
        [
          ...all.map((one) => ({ name: one.name, measure: () => one.time(window) })),
          ...ceilings.contenders(2),
          distance.contender(),
        ],
        quick ? 3 : 7,
      );
      await Promise.all([...all, distance].map((one) => one.close()));
      return reportSteps(workload, field, results, { ceilings, distance });
    },
  };
}
