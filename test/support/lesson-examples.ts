import { z } from 'zod';
import { lessonAnswer, orderedAnswer } from '../../src/features/lessons/ordering/lessons.answers.js';
import { byClient, type Example } from './answer-example.js';
import { aSpec, lessonsPath } from './lesson-orders.js';
import type { TestApp } from './test-app.js';

const done = '00000000-0000-4000-8000-00000000000d';
const waiting = '00000000-0000-4000-8000-00000000000a';

export const lessonExamples: Example[] = [
  ['POST /api/v1/lessons', lessonsPath, { method: 'POST', body: aSpec }, orderedAnswer, 202],
  ['GET /api/v1/lessons/{id}', `${lessonsPath}/${done}`, byClient, lessonAnswer, 200],
  ['GET /api/v1/lessons/{id}', `${lessonsPath}/${waiting}`, byClient, lessonAnswer, 200],
  ['DELETE /api/v1/lessons/{id}', `${lessonsPath}/${waiting}`, { method: 'DELETE' }, orderedAnswer, 202],
  ['GET /api/v1/lessons/{id}', `${lessonsPath}/${waiting}`, byClient, lessonAnswer, 200],
  [
    'GET /api/v1/lessons/{id}/events',
    `${lessonsPath}/${waiting}/events`,
    { headers: { 'last-event-id': '999999999' } },
    z.undefined(),
    204,
  ],
];

/** One that is done, and one that waits. */
export async function keepExampleLessons(app: TestApp): Promise<void> {
  const result = {
    outcome: 'accepted',
    markdown: '# Fractions',
    because: null,
    iteration: 1,
    iterations: [{ score: 0.9 }],
    vote: { score: 0.9 },
    calls: [],
    cost: { calls: 1, inputTokens: 9, outputTokens: 3, costUsd: 0.01, isComplete: true, rows: [] },
  };
  await app.sql(
    `INSERT INTO lastgood.lessons (id, spec, spec_sha256, limits, created_by, status, result, runs, started_at, ended_at)
     VALUES ($1, '{}', repeat('0', 64), '{}', 'test', 'done', $2, 1, now(), now()),
       ($3, '{}', repeat('0', 64), '{}', 'test', 'queued', NULL, 0, NULL, NULL)`,
    [done, JSON.stringify(result), waiting],
  );
}
