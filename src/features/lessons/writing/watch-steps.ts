import type { Steps } from '../lesson/steps.js';

export interface WatchedSteps extends Steps {
  /** Whether any of them was not kept already. */
  readonly hasRun: boolean;
}

/** The same steps, with a word before the first one that is really worked on. */
export function watchSteps(steps: Steps, onFirst: () => void): WatchedSteps {
  let hasRun = false;
  return {
    get hasRun() {
      return hasRun;
    },
    run: (key, work) =>
      steps.run(key, () => {
        if (!hasRun) onFirst();
        hasRun = true;
        return work();
      }),
  };
}
