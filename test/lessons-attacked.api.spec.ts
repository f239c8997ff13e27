import { LeaseRepository } from '../src/features/lessons/running/lease.repository.js';
import { ConfigUnavailableError } from '../src/features/model-config/index.js';
import { PromptTooStaleError, PromptUnavailableError } from '../src/features/prompts/index.js';
import { EventReader } from './support/event-reader.js';
import { lessonOf, lessonsPath, order, orderOne, untilStatus } from './support/lesson-orders.js';
import { LessonRig } from './support/lesson-rig.js';
import { pollUntil } from './support/poll-until.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';

describe('a lesson under attack (LE-7)', () => {
  let writer: ScriptedWriter;
  let app: TestApp;

  beforeAll(async () => {
    writer = new ScriptedWriter();
    app = await TestApp.start({ prepare: writingWith(writer) });
  });
  afterAll(() => app.dispose());

  it('ends its events for a follower who names one that was never told (LE-7)', async () => {
    writer.hold('plan');
    const id = await orderOne(app);
    const reader = await EventReader.open(app, `${lessonsPath}/${id}/events`, 999_999_999);
    writer.open('plan');
    await pollUntil(() => reader.isEnded, 'the events have ended');
    expect(reader.types.at(-1)).toBe('ended');
  });

  it('leaves no pin behind where one of many orders at once with the same key is refused (LE-7)', async () => {
    const headers = { 'idempotency-key': 'contested' };
    const titles = Array.from({ length: 8 }, (_, n) => `Fractions ${n}`);
    const answers = await Promise.all(titles.map((title) => order(app, { title }, headers)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      202,
      ...Array<number>(7).fill(422),
    ]);
    await untilStatus(app, answers.find(({ status }) => status === 202)!.body.id, 'done');
    const standing = () => app.sql('SELECT job_id FROM lastgood.job_pins WHERE released_at IS NULL');
    await pollUntil(async () => (await standing()).length === 0, 'every pin is released');
  });

  it.each([
    ['its configuration', new ConfigUnavailableError('the judges', 1_000)],
    ['a prompt', new PromptUnavailableError('stage_6_judge', 3, 1_000, new Error('down'))],
    ['a prompt as fresh as it has to be', new PromptTooStaleError({ nodeName: 'stage_6_judge' }, 9, 1_000)],
  ])(
    'is gone on with, and has not failed, where %s cannot be read for a while (LE-7)',
    async (_, problem) => {
      writer.problem = problem;
      const id = await orderOne(app);
      const left = 'the lesson is left until its lease lapses';
      await pollUntil(
        () => app.logs.some(({ msg, lesson }) => msg === left && lesson === id),
        'the lesson is left',
      );
      writer.problem = null;
      await untilStatus(app, id, 'done');
      expect((await lessonOf(app, id)).runs).toBe(2);
    },
  );
});

it('a stage is told to have ended by whoever goes on, where its process died before it could (LE-7)', async () => {
  const rig = await LessonRig.start();
  const id = await rig.submit();
  await rig.ended(id);
  const told = () =>
    rig.app.sql<{ seq: string; node: string }>(
      `SELECT seq, type || coalesce(' ' || (data->>'node'), '') AS node FROM lastgood.lesson_events
       WHERE lesson_id = $1 ORDER BY seq`,
      [id],
    );
  const names = async () => (await told()).map(({ node }) => node);
  const all = await told();
  const { seq } = all.find(({ node }) => node === 'node-finished planner')!;
  await rig.app.sql('DELETE FROM lastgood.lesson_events WHERE lesson_id = $1 AND seq >= $2', [id, seq]);
  await rig.app.sql(
    `DELETE FROM lastgood.lesson_steps WHERE lesson_id = $1 AND key NOT IN ('started', '1/planner')`,
    [id],
  );
  await rig.app.sql(
    `UPDATE lastgood.lessons SET status = 'running', lease_until = now() - interval '1 second', ended_at = NULL,
       result = NULL, pin_released_at = NULL WHERE id = $1`,
    [id],
  );
  expect(await rig.app.app.get(LeaseRepository, { strict: false }).queueForsaken(60_000)).toEqual([id]);
  await rig.ended(id);
  expect(await names()).toEqual(all.map(({ node }) => node));
  await rig.dispose();
});
