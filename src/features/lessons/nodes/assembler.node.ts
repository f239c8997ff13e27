import { Inject, Injectable } from '@nestjs/common';
import type { LessonState } from '../lesson/lesson-state.js';
import type { LessonNode } from './lesson-node.js';
import { credit, NodeCaller } from './node-caller.js';

/** Sections → one document, with its introduction and its conclusion. */
@Injectable()
export class AssemblerNode implements LessonNode {
  constructor(@Inject(NodeCaller) private readonly caller: NodeCaller) {}

  async run(state: LessonState): Promise<LessonState> {
    const { outline, sections } = state;
    const answer = await this.caller.ask(state, {
      phase: 'stage_6_assembler',
      step: 'assembler',
      variables: { outline, sections },
    });
    return { ...credit(state, [answer]), draft: answer.value };
  }
}
