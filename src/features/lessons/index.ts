export { LessonFollower } from './following/lesson-follower.js';
export { LessonsHttpModule } from './lessons-http.module.js';
export { LessonsModule } from './lessons.module.js';
export { LessonsService } from './ordering/lessons.service.js';
export { KappaWindow } from './judging/kappa-window.js';
export type { CostSum } from './lesson/cost-summary.js';
export type { LessonResult } from './lesson/lesson-result.js';
export type { LessonEvent } from './lesson/lesson-event.js';
export { readLessonSpec } from './lesson/read-lesson-spec.js';
