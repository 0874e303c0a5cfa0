/**
 * A learning rate over a run, as a factor of the optimizer's: a pure function of the step's index
 * (0 for the first) and the number of steps of the whole run.
 */
export type Schedule = (step: number, totalSteps: number) => number;

/**
 * Leads into a schedule with a linear rise: step `i` of the first `steps` gets (i + 1) / steps of
 * the factor that `schedule` gives.
 */
export function withWarmup(schedule: Schedule, steps: number): Schedule {
  if (steps === 0) return schedule;
  return (step, totalSteps) => {
    const factor = schedule(step, totalSteps);
    return step < steps ? (factor * (step + 1)) / steps : factor;
  };
}
