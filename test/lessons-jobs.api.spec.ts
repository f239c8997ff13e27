import { UnavailableError } from '../src/core/index.js';
import { EventReader } from './support/event-reader.js';
import {
  aSpec,
  cancelLesson,
  keptSteps,
  lessonOf,
  lessonsPath,
  order,
  orderOne,
  untilStatus,
} from './support/lesson-orders.js';
import { pollUntil } from './support/poll-until.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';

const everyStep = ['assembly', 'plan', 'section/1', 'section/2', 'section/3'];
const unknown = '00000000-0000-4000-8000-000000000000';

describe('a lesson that is ordered (LE-7)', () => {
  let writer: ScriptedWriter;
  let lastgood: TestApp;

  beforeAll(async () => {
    writer = new ScriptedWriter();
    lastgood = await TestApp.start({ prepare: writingWith(writer) });
  });
  afterAll(() => lastgood.dispose());
  beforeEach(() => {
    writer.worked.length = 0;
    writer.problem = null;
    writer.text = 'text';
  });

  const untilWorked = (key: string) => pollUntil(() => writer.worked.includes(key), `${key} is begun`);

  it('is queued at once, written behind, and told of with its progress and its result (LE-7)', async () => {
    const { status, body, headers } = await order(lastgood);
    expect([status, headers.get('location'), body]).toEqual([
      202,
      `${lessonsPath}/${body.id}`,
      {
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4/),
        status: 'queued',
        links: { self: `${lessonsPath}/${body.id}`, events: `${lessonsPath}/${body.id}/events` },
      },
    ]);
    await untilStatus(lastgood, body.id, 'done');
    expect(await lessonOf(lastgood, body.id)).toMatchObject({
      runs: 1,
      error: null,
      isCancelRequested: false,
      result: { outcome: 'accepted', markdown: expect.stringContaining('text of section/2') },
      progress: {
        node: 'expander',
        iteration: 1,
        sections: { done: 3, of: 3 },
        tokens: 10,
        costUsd: 0.5,
        score: 0.9,
        remainingMs: 0,
      },
    });
    expect(writer.worked.toSorted()).toEqual(everyStep);
  });

  it('is given its spec and the limits of the settings, and a pin that is released when it has ended (LE-7, MC-22)', async () => {
    writer.hold('plan');
    const id = await orderOne(lastgood, { courseId: 'course-1' });
    await untilWorked('plan');
    const pinOf = () =>
      lastgood.sql(
        `SELECT course_id, released_at IS NOT NULL AS "isReleased" FROM lastgood.job_pins WHERE job_id = $1`,
        [`lesson:${id}`],
      );
    expect(writer.jobs.at(-1)).toMatchObject({
      id,
      jobId: `lesson:${id}`,
      spec: { ...aSpec, passages: [], courseId: 'course-1' },
      limits: {
        acceptScore: 0.85,
        goodEnoughScore: 0.75,
        maxIterations: 3,
        maxTokens: 500_000,
        maxMs: 1_800_000,
        agreementThreshold: 0.1,
      },
    });
    expect(await pinOf()).toEqual([{ course_id: 'course-1', isReleased: false }]);
    writer.open('plan');
    await untilStatus(lastgood, id, 'done');
    await pollUntil(async () => (await pinOf())[0]!['isReleased'] === true, 'the pin is released');
  });

  it('keeps a NUL in what was asked for and in what a model said (LE-7)', async () => {
    writer.text = 'a\u0000b';
    const passage = { source: 'a book', text: 'one\u0000two' };
    const id = await orderOne(lastgood, { passages: [passage] });
    await untilStatus(lastgood, id, 'done');
    expect((await lessonOf(lastgood, id)).result?.markdown).toContain('a\u0000b of plan');
    expect(writer.jobs.at(-1)!.spec.passages).toEqual([passage]);
    expect(await keptSteps(lastgood, id)).toHaveLength(5);
  });

  it.each([
    [{ title: '' }, 'body.title'],
    [{ language: 'English' }, 'body.language'],
    [{ objectives: [] }, 'body.objectives'],
    [{ sections: [{ title: 'x', archetype: 'poem', depth: 'deep' }] }, 'body.sections.0.archetype'],
  ])('is refused by the name of its fault: %j (LE-7)', async (fault, path) => {
    const { status, body } = await order(lastgood, fault);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    expect(JSON.stringify(body)).toContain(`"${path.replace('body.', '')}"`);
  });

  it('is refused, and nothing is kept of it, while the writer is not ready (LE-7)', async () => {
    const count = () => lastgood.sql('SELECT count(*) FROM lastgood.lessons');
    const before = await count();
    class NotReadyError extends UnavailableError {}
    writer.unready = new NotReadyError('No writer', 1_000);
    expect((await order(lastgood)).status).toBe(503);
    writer.unready = null;
    expect(await count()).toEqual(before);
  });

  it('is one lesson, however often it is ordered with the same key, and another request with it is refused (LE-7)', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => order(lastgood, {}, headers)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await order(lastgood, { title: 'Decimals' }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    expect(await order(lastgood, {}, { 'idempotency-key': 'a b' })).toMatchObject({ status: 400 });
    await untilStatus(lastgood, answers[0]!.body.id, 'done');
    expect((await order(lastgood, {}, headers)).body).toMatchObject({
      id: answers[0]!.body.id,
      status: 'done',
    });
  });

  it('that fails says why in the words of an AppError, and of any other error only that it happened (LE-7)', async () => {
    class PanelError extends UnavailableError {}
    writer.problem = new PanelError('No judge is left', 1);
    const first = await orderOne(lastgood);
    await untilStatus(lastgood, first, 'failed');
    expect((await lessonOf(lastgood, first)).error).toEqual({
      code: 'unavailable',
      message: 'No judge is left',
    });
    writer.problem = new Error('a secret');
    const second = await orderOne(lastgood);
    await untilStatus(lastgood, second, 'failed');
    expect((await lessonOf(lastgood, second)).error).toEqual({
      code: 'internal',
      message: expect.not.stringContaining('secret'),
    });
  });

  it('that nobody knows is 404, and one that has ended cannot be cancelled: 409 (LE-7)', async () => {
    const missing = { status: 404, body: { code: 'lesson-not-found' } };
    expect(await lastgood.ask(`${lessonsPath}/${unknown}`)).toMatchObject(missing);
    expect(await lastgood.ask(`${lessonsPath}/${unknown}/events`)).toMatchObject(missing);
    expect(await cancelLesson(lastgood, unknown)).toMatchObject(missing);
    expect(await lastgood.ask(`${lessonsPath}/1`)).toMatchObject({ status: 400 });
    const id = await orderOne(lastgood);
    await untilStatus(lastgood, id, 'done');
    expect(await cancelLesson(lastgood, id)).toMatchObject({ status: 409, body: { code: 'lesson-ended' } });
  });

  it('stops within a renewal when it is cancelled: its work is aborted and what it said is kept (LE-7)', async () => {
    writer.hold('section/2');
    const id = await orderOne(lastgood);
    await pollUntil(async () => (await keptSteps(lastgood, id)).length === 3, 'three steps are kept');
    expect(await cancelLesson(lastgood, id)).toMatchObject({ status: 202, body: { id, status: 'running' } });
    await untilStatus(lastgood, id, 'cancelled');
    writer.open('section/2');
    expect(await lessonOf(lastgood, id)).toMatchObject({
      result: null,
      error: null,
      isCancelRequested: true,
    });
    const reader = await EventReader.open(lastgood, `${lessonsPath}/${id}/events`);
    await pollUntil(() => reader.isEnded, 'the events have ended');
    expect(reader.events.at(-1)!.data).toEqual({ type: 'ended', status: 'cancelled', detail: null });
    expect(writer.worked).not.toContain('assembly');
  });

  it('is cancelled at once while it waits, and never begun (LE-7)', async () => {
    writer.hold('plan');
    const busy = [await orderOne(lastgood), await orderOne(lastgood)];
    await pollUntil(() => writer.worked.length === 2, 'every place is taken');
    const id = await orderOne(lastgood);
    expect(await cancelLesson(lastgood, id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
    writer.open('plan');
    for (const each of busy) await untilStatus(lastgood, each, 'done');
    expect(await lessonOf(lastgood, id)).toMatchObject({ status: 'cancelled', runs: 0 });
  });

  describe('is followed', () => {
    it('event by event, in order, from the first one, until it has ended (LE-7)', async () => {
      writer.hold('section/3');
      const id = await orderOne(lastgood);
      const reader = await EventReader.open(lastgood, `${lessonsPath}/${id}/events`);
      const { headers } = reader.response;
      expect(['content-type', 'cache-control', 'x-accel-buffering'].map((name) => headers.get(name))).toEqual(
        ['text/event-stream; charset=utf-8', 'no-store', 'no'],
      );
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-request-id')).not.toBeNull();
      await pollUntil(() => reader.events.length === 5, 'two sections are told of');
      await pollUntil(() => reader.comments.length > 0, 'the connection is kept alive');
      writer.open('section/3');
      await pollUntil(() => reader.isEnded, 'the events have ended');
      expect(reader.types).toEqual([
        'node-started',
        'node-finished',
        'node-started',
        'section',
        'section',
        'section',
        'verdict',
        'ended',
      ]);
      expect(reader.events[5]!.data).toEqual({ type: 'section', done: 3, of: 3 });
      const ids = reader.events.map((event) => event.id);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));

      const later = await EventReader.open(lastgood, `${lessonsPath}/${id}/events`, ids[4]);
      await pollUntil(() => later.isEnded, 'the rest has ended');
      expect(later.events).toEqual(reader.events.slice(5));
      const over = await EventReader.open(lastgood, `${lessonsPath}/${id}/events`, ids.at(-1));
      expect(over.response.status).toBe(204);
    });

    it('through an outage of the database, of which it is told once (LE-7)', async () => {
      writer.hold('assembly');
      const id = await orderOne(lastgood);
      const reader = await EventReader.open(lastgood, `${lessonsPath}/${id}/events`);
      await pollUntil(() => reader.events.length === 6, 'every section is told of');
      await lastgood.proxy.mode('refuse');
      await pollUntil(() => reader.comments.includes('database unavailable'), 'the outage is told of');
      writer.open('assembly');
      await lastgood.proxy.mode('pass');
      await pollUntil(() => reader.isEnded, 'the events have ended');
      expect(reader.types.slice(6)).toEqual(['verdict', 'ended']);
      expect(reader.comments.filter((comment) => comment !== '')).toEqual(['database unavailable']);
    });
  });

  describe('while the database is away', () => {
    it('goes on, pays for no step twice, and is written down when it is back (LE-7)', async () => {
      writer.hold('plan');
      const id = await orderOne(lastgood);
      await untilWorked('plan');
      await lastgood.proxy.mode('refuse');
      writer.open('plan');
      await untilWorked('assembly');
      expect(await keptSteps(lastgood, id)).toEqual([]);
      await lastgood.proxy.mode('pass');
      await untilStatus(lastgood, id, 'done');
      expect((await keptSteps(lastgood, id)).toSorted()).toEqual(everyStep);
      expect(writer.worked.toSorted()).toEqual(everyStep);
      expect((await lessonOf(lastgood, id)).runs).toBe(1);
    });

    it('ends no process where it goes away before the last word, and keeps the result (LE-7)', async () => {
      const unhandled: unknown[] = [];
      const record = (error: unknown) => void unhandled.push(error);
      process.on('unhandledRejection', record);
      writer.hold('assembly');
      const id = await orderOne(lastgood);
      await pollUntil(async () => (await keptSteps(lastgood, id)).length === 4, 'four steps are kept');
      await lastgood.proxy.mode('refuse');
      writer.open('assembly');
      await pollUntil(
        () => lastgood.logs.some(({ msg }) => msg === 'the lesson goes on without the database'),
        'the outage is noticed',
      );
      await lastgood.proxy.mode('pass');
      await untilStatus(lastgood, id, 'done');
      process.off('unhandledRejection', record);
      expect(unhandled).toEqual([]);
    });
  });
});
