import { simulatedLessonModel, LlmUpstream, type LlmUpstreamCall } from '../src/testing/index.js';
import { lessonSpec, LessonRig, stageOf, type AskedLesson } from './support/lesson-rig.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const replicas = 3;
/** A lease lapses before anybody else goes on. */
const takenOverWithinMs = 60_000;

/** What a call asks, whoever asks it. */
const questionOf = ({ messages }: LlmUpstreamCall) => JSON.stringify(messages);

describe('a lesson on three replicas (LE-7)', () => {
  const simulated = simulatedLessonModel();
  let upstream: LlmUpstream;
  let app: TestApp;
  let servers: ServerProcess[] = [];
  let hold: ((call: LlmUpstreamCall) => boolean) | null;

  beforeAll(async () => {
    hold = null;
    const answer = (call: LlmUpstreamCall) =>
      hold?.(call) ? new Promise<string>(() => undefined) : simulated(call);
    upstream = await LlmUpstream.start({ answer });
    // Takes lessons in, and writes none.
    app = await TestApp.start({ env: { ...LessonRig.env(upstream), LESSON_CONCURRENCY: '0' } });
    servers = Array.from(
      { length: replicas },
      () =>
        new ServerProcess({
          DATABASE_URL: app.databaseUrl,
          DATA_DIR: tempFolder('replica'),
          CACHE_DISK_MAX_BYTES: 'none',
          SHUTDOWN_DELAY_MS: '0',
          ...LessonRig.env(upstream),
        }),
    );
    await Promise.all(servers.map((server) => server.url()));
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await app.dispose();
    await upstream.close();
  });

  const get = async (id: string) => (await app.ask<AskedLesson>(`/api/v1/lessons/${id}`)).body;
  const keptSteps = async (id: string) =>
    (await app.sql<{ key: string }>('SELECT key FROM lastgood.lesson_steps WHERE lesson_id = $1', [id])).map(
      ({ key }) => key,
    );

  it(
    'is finished by another one when its process is killed in the middle, and no finished step is paid for twice',
    async () => {
      const [, , last] = lessonSpec.sections;
      hold = (call) => stageOf(call) === 'expander' && questionOf(call).includes(`\\n${last!.title}\\n`);
      const { body } = await app.ask<{ id: string }>('/api/v1/lessons', { method: 'POST', body: lessonSpec });
      await pollUntil(
        async () => (await keptSteps(body.id)).filter((key) => /expander/.test(key)).length === 2,
        'two of three sections are kept',
      );
      const [writer, ...others] = servers.filter((server) => server.stdout.includes(body.id));
      expect(others).toEqual([]);
      writer!.kill('SIGKILL');
      await writer!.exit();
      hold = null;
      const kept = await keptSteps(body.id);
      await pollUntil(
        async () => (await get(body.id)).status === 'done',
        'the lesson is done',
        () => servers.map(({ output }) => output).join('\n'),
        takenOverWithinMs,
      );
      expect((await get(body.id)).result).toMatchObject({ outcome: 'accepted' });
      expect(kept).toEqual(expect.arrayContaining(['1/planner']));
      // All but the section that was under way when the process was killed.
      const questions = upstream.calls.map(questionOf);
      const twice = questions.filter((question, at) => questions.indexOf(question) !== at);
      const judges = 2;
      expect(twice.filter((question) => !question.includes('You review lessons'))).toHaveLength(1);
      expect(twice.every((question) => question.includes(last!.title))).toBe(true);
      expect(upstream.calls.map(stageOf).filter((stage) => stage === 'judge')).toHaveLength(judges);
    },
    takenOverWithinMs + 30_000,
  );
});
