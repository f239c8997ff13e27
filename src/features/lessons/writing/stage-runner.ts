import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
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

/** Runs a node and tells whoever follows; of what was kept already nothing is told again. */
@Injectable()
export class StageRunner {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async run(name: string, node: LessonNode, { state, times }: Underway): Promise<Underway> {
    const { job, iteration } = state;
    const since = this.clock.now();
    const steps = watchSteps(job.steps, () => job.tell({ type: 'node-started', node: name, iteration }));
    const next = await node.run({ ...state, job: { ...job, steps } });
    if (!steps.hasRun) return { state: { ...next, job }, times };
    const timed = [...times, { node: name, durationMs: this.clock.now() - since }];
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
