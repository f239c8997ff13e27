import { z } from 'zod';
import { pinnedJobAnswer } from '../../src/features/model-config/pinning/jobs.answers.js';
import {
  judgePanelAnswer,
  phaseModelAnswer,
  snapshotAnswer,
} from '../../src/features/model-config/reading/config.answers.js';
import { byAdmin, byClient, type Example } from './answer-example.js';

const config = '/api/v1/config';
const job = `${config}/jobs/course-1/run`;

/** In this order: the job is pinned, read and released. */
export const configReadExamples: Example[] = [
  ['PUT /api/v1/config/jobs/{path}', job, byAdmin('PUT', {}), pinnedJobAnswer, 201],
  ['PUT /api/v1/config/jobs/{path}', job, byAdmin('PUT', {}), pinnedJobAnswer, 200],
  ['GET /api/v1/config/jobs/{path}', job, byClient, pinnedJobAnswer, 200],
  [
    'GET /api/v1/config/phases/{phase}',
    `${config}/phases/stage_4?language=ru&courseId=c`,
    byClient,
    phaseModelAnswer,
    200,
  ],
  [
    'GET /api/v1/config/phases/{phase}',
    `${config}/phases/stage_4?jobId=course-1%2Frun`,
    byClient,
    phaseModelAnswer,
    200,
  ],
  ['GET /api/v1/config/stages/{stage}', `${config}/stages/4`, byClient, phaseModelAnswer, 200],
  ['GET /api/v1/config/judges', `${config}/judges?language=de`, byClient, judgePanelAnswer, 200],
  ['GET /api/v1/config/snapshot', `${config}/snapshot`, byClient, snapshotAnswer, 200],
  ['DELETE /api/v1/config/jobs/{path}', job, byAdmin('DELETE'), z.undefined(), 204],
];
