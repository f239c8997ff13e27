import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { CallsFailedError } from '../../model-config/index.js';
import type { LessonState } from '../lesson/lesson-state.js';
import type { LessonNode } from '../nodes/lesson-node.js';
import { estimateRemaining, type StageTime } from './estimate-remaining.js';
import { summarizeCalls } from './summarize-calls.js';
import { watchSteps } from './watch-steps.js';

/** A lesson on its way, with the pace so far. */
export interface Underway {
  readonly state: LessonState;
  readonly times: readonly StageTime[];
}

/**
 * Runs a node and tells whoever follows. Of what was kept already it tells too: the run that kept it may have died
 * before it told, and `ToldBefore` takes back what it did tell.
 */
@Injectable()
export class StageRunner {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async run(name: string, node: LessonNode, { state, times }: Underway): Promise<Underway> {
    const { job, iteration } = state;
    const since = this.clock.now();
    const steps = watchSteps(job.steps);
    job.tell({ type: 'node-started', node: name, iteration });
    const next = await node.run({ ...state, job: { ...job, steps } }).catch((error: unknown) => {
      throw error instanceof CallsFailedError ? error.after(state.calls) : error;
    });
    const timed = steps.hasRun ? [...times, { node: name, durationMs: this.clock.now() - since }] : times;
    const { inputTokens, outputTokens, costUsd, isComplete } = summarizeCalls(next.calls);
    job.tell({
      type: 'node-finished',
      node: name,
      iteration,
      tokens: inputTokens + outputTokens,
      costUsd,
      isCostComplete: isComplete,
      remainingMs: estimateRemaining(timed),
    });
    return { state: { ...next, job }, times: timed };
  }
}
