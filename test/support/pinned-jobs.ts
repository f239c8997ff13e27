import type { Answer, HttpClient } from './http-client.js';

/** A pinned answer as far as it tells of the snapshot. */
export interface Meta {
  readonly meta: { readonly snapshotId: string; readonly version: number; readonly isStale: boolean };
}

export const configPath = '/api/v1/config';
export const demoCourse = 'course-demo';
/** One question of each kind, with and without a course of its own, a size and a language. */
export const questions = [
  'phases/stage_4?language=ru&tokenCount=100',
  'phases/stage_4?tokenCount=102401',
  `phases/narrative?courseId=${demoCourse}&language=ru`,
  'phases/emergency?language=en',
  'stages/5?language=ru',
  'judges?language=ru-RU',
  'judges?language=fr',
  'snapshot?',
];

export const jobPath = (job: string): string => `${configPath}/jobs/${encodeURIComponent(job)}`;

/** The same question about what the job was pinned to. */
export const withJob = (question: string, job: string): string =>
  `${configPath}/${question}${question.endsWith('?') ? '' : '&'}jobId=${encodeURIComponent(job)}`;

export const pinJob = (app: HttpClient, job: string, body: unknown = {}): Promise<Answer> =>
  app.ask(jobPath(job), { method: 'PUT', body });

export const releaseJob = (app: HttpClient, job: string): Promise<Answer> =>
  app.ask(jobPath(job), { method: 'DELETE' });

/** Every answer of a job as it goes over the wire, but for how this process came by it, and how long ago. */
export async function answersOf(app: HttpClient, job: string): Promise<string[]> {
  const answers = await Promise.all(questions.map((question) => app.ask(withJob(question, job))));
  return answers.map(({ status, headers, text }) =>
    [status, headers.get('etag'), text]
      .join(' ')
      .replace(/"source":"\w+","reason":"[\w-]+","isStale":false,"ageMs":\d+/, 'FRESH'),
  );
}
