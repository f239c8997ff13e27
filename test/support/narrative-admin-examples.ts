import {
  analyticsAnswer,
  narrativeStatsAnswer,
} from '../../src/features/narratives/analytics/analytics.answers.js';
import { erasureAnswer } from '../../src/features/narratives/erasing/erasure.answers.js';
import { byAdmin, type Example } from './answer-example.js';

const bases = ['/api/v1/narratives', '/api/narrative'];

export const narrativeAdminExamples: Example[] = bases.flatMap((base): Example[] => [
  [`GET ${base}/stats`, `${base}/stats`, { as: 'admin' }, narrativeStatsAnswer, 200],
  [`GET ${base}/analytics`, `${base}/analytics`, { as: 'admin' }, analyticsAnswer, 200],
  [`DELETE ${base}/user/{userId}`, `${base}/user/ann`, byAdmin('DELETE'), erasureAnswer, 200],
]);
