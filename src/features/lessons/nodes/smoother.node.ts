import { Inject, Injectable } from '@nestjs/common';
import type { LessonState } from '../lesson/lesson-state.js';
import type { LessonNode } from './lesson-node.js';
import { credit, NodeCaller } from './node-caller.js';

/** Document → the same with transitions, in one tone. */
@Injectable()
export class SmootherNode implements LessonNode {
  constructor(@Inject(NodeCaller) private readonly caller: NodeCaller) {}

  async run(state: LessonState): Promise<LessonState> {
    const answer = await this.caller.ask(state, {
      phase: 'stage_6_smoother',
      step: 'smoother',
      variables: { draft: state.draft },
    });
    return { ...credit(state, [answer]), draft: answer.value };
  }
}
