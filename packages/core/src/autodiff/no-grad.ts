import { engine } from '../engine.js';
import { scope } from '../memory/scoped.js';

/**
 * Runs `work` without recording, as a scope: what it returns stays, other temporaries are released.
 *
 * @example
 * const classes = noGrad(() => model.forward(x).argmax({ axis: 1 }));
 */
export function noGrad<T>(work: () => T): T {
  const active = engine();
  const { recording } = active;
  active.recording = false;
  try {
    return scope(work);
  } finally {
    active.recording = recording;
  }
}
