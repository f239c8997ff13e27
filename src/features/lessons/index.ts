export { LessonFollower } from './jobs/lesson-follower.js';
export { LessonsHttpModule } from './jobs/lessons-http.module.js';
export { LessonsModule } from './jobs/lessons.module.js';
export { LessonsService } from './jobs/lessons.service.js';
export { KappaWindow } from './judging/kappa-window.js';
export type { CostSum } from './lesson/cost-summary.js';
export type { LessonResult } from './lesson/lesson-result.js';
export type { LessonEvent } from './lesson/progress.js';
export { readLessonSpec } from './lesson/read-lesson-spec.js';
