export { LessonsHttpModule } from './jobs/lessons-http.module.js';
export { KappaWindow } from './judging/kappa-window.js';
