import type { KeptLesson } from '../../src/features/lessons/ordering/kept-lesson.js';
import type { LessonView } from '../../src/features/lessons/ordering/lessons.service.js';
import type { Answer, Ask } from './http-client.js';
import { pollUntil } from './poll-until.js';
import type { TestApp } from './test-app.js';

export const lessonsPath = '/api/v1/lessons';

export const aSpec = {
  title: 'Fractions',
  language: 'en',
  objectives: [{ text: 'Adds fractions', bloom: 'apply' }],
  sections: [{ title: 'Halves', archetype: 'concept', depth: 'standard' }],
};

interface Ordered {
  readonly id: string;
  readonly status: string;
  readonly links: { readonly self: string; readonly events: string };
}

export const order = (
  app: TestApp,
  spec: object = {},
  headers: Ask['headers'] = {},
): Promise<Answer<Ordered>> =>
  app.ask<Ordered>(lessonsPath, { method: 'POST', body: { ...aSpec, ...spec }, headers });

export async function orderOne(app: TestApp, spec: object = {}): Promise<string> {
  const { status, body, text } = await order(app, spec);
  if (status !== 202) throw new Error(`The order was answered ${status}: ${text}`);
  return body.id;
}

export const lessonOf = async (app: TestApp, id: string): Promise<LessonView> =>
  (await app.ask<LessonView>(`${lessonsPath}/${id}`)).body;

export const cancelLesson = (app: TestApp, id: string): Promise<Answer> =>
  app.ask(`${lessonsPath}/${id}`, { method: 'DELETE' });

export const untilStatus = (app: TestApp, id: string, status: KeptLesson['status']): Promise<void> => {
  let last = '';
  return pollUntil(
    async () => {
      const { body, text } = await app.ask<LessonView>(`${lessonsPath}/${id}`);
      last = text;
      return body?.status === status;
    },
    `the lesson is ${status}`,
    () => last,
  );
};

/** Past the application. */
export const keptSteps = async (app: TestApp, id: string): Promise<string[]> =>
  (
    await app.sql<{ key: string }>(
      'SELECT key FROM lastgood.lesson_steps WHERE lesson_id = $1 ORDER BY created_at, key',
      [id],
    )
  ).map(({ key }) => key);
