import type { LessonState } from '../lesson/lesson-state.js';

/**
 * One stage of a lesson. It asks the models that the configuration names for its phase and keeps what they answer as
 * steps of the lesson; it has no model of its own, and hides no failure.
 */
export interface LessonNode {
  /** @throws errors of the configuration and of the models, as they are */
  run(state: LessonState): Promise<LessonState>;
}
