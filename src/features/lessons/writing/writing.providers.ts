import type { Provider } from '@nestjs/common';
import { LESSON_WRITER } from '../lesson/lesson-writer.js';
import { AssemblerNode } from '../nodes/assembler.node.js';
import { ExpanderNode } from '../nodes/expander.node.js';
import { JudgesNode } from '../nodes/judges.node.js';
import { NodeCaller } from '../nodes/node-caller.js';
import { PlannerNode } from '../nodes/planner.node.js';
import { RefinerNode } from '../nodes/refiner.node.js';
import { SmootherNode } from '../nodes/smoother.node.js';
import { LessonPrompts } from '../prompts/lesson-prompts.js';
import { LessonWriterService } from './lesson-writer.service.js';
import { StageRunner } from './stage-runner.js';

/** Everything that writes a lesson. */
export const writingProviders: Provider[] = [
  LessonPrompts,
  NodeCaller,
  PlannerNode,
  ExpanderNode,
  AssemblerNode,
  SmootherNode,
  RefinerNode,
  JudgesNode,
  StageRunner,
  { provide: LESSON_WRITER, useClass: LessonWriterService },
];
