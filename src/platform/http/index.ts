export { Answers, AnswersIn, AnswersNothing, AnswersProblem, AnswersText } from './answers.decorator.js';
export { BodyLimit } from './body-limit.decorator.js';
export { closeGently } from './close-gently.js';
export { createHttpApp } from './create-http-app.js';
export { Draining } from './draining.js';
export { HttpModule } from './http.module.js';
export { RequestInvalidError } from './request-invalid.error.js';
