import type { Steps } from '../lesson/steps.js';

export interface WatchedSteps extends Steps {
  /** Whether any of them was not kept already. */
  readonly hasRun: boolean;
}

/** The same steps, watched. */
export function watchSteps(steps: Steps): WatchedSteps {
  let hasRun = false;
  return {
    get hasRun() {
      return hasRun;
    },
    run: (key, work) =>
      steps.run(key, () => {
        hasRun = true;
        return work();
      }),
  };
}
