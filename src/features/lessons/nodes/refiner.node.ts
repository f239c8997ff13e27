import { Inject, Injectable } from '@nestjs/common';
import type { LessonState } from '../lesson/lesson-state.js';
import type { LessonNode } from './lesson-node.js';
import { credit, NodeCaller } from './node-caller.js';

/** Draft and what the judges found wrong with it → the next draft. */
@Injectable()
export class RefinerNode implements LessonNode {
  constructor(@Inject(NodeCaller) private readonly caller: NodeCaller) {}

  async run(state: LessonState): Promise<LessonState> {
    const { draft, issues } = state;
    const answer = await this.caller.ask(state, {
      phase: 'stage_6_refinement',
      step: 'refiner',
      variables: { draft, issues },
    });
    return { ...credit(state, [answer]), draft: answer.value };
  }
}
