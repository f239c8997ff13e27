import { ConfigUnavailableError } from '../src/features/model-config/index.js';
import { EventReader } from './support/event-reader.js';
import { lessonOf, lessonsPath, order, orderOne, untilStatus } from './support/lesson-orders.js';
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

  it('is gone on with, and has not failed, where its configuration cannot be read for a while (LE-7)', async () => {
    writer.problem = new ConfigUnavailableError('the judges', 1_000);
    const id = await orderOne(app);
    await pollUntil(
      () => app.logs.some(({ msg }) => msg === 'the lesson is left until its lease lapses'),
      'the lesson is left',
    );
    writer.problem = null;
    await untilStatus(app, id, 'done');
    expect((await lessonOf(app, id)).runs).toBe(2);
  });
});
