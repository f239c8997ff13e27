import { lessonQueue } from '../src/features/lessons/ordering/lesson-queue.js';
import { DatabaseService } from '../src/platform/database/index.js';
import { closeGently, Draining } from '../src/platform/http/index.js';
import { JobQueue } from '../src/platform/jobs/index.js';
import { EventReader } from './support/event-reader.js';
import { keptSteps, lessonOf, lessonsPath, orderOne, untilStatus } from './support/lesson-orders.js';
import { pollUntil } from './support/poll-until.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';

describe('lessons of several processes (LE-7)', () => {
  let here: TestApp;
  let hereWriter: ScriptedWriter;

  beforeEach(async () => {
    hereWriter = new ScriptedWriter();
    here = await TestApp.start({ prepare: writingWith(hereWriter) });
  });
  afterEach(() => here.dispose());

  const startThere = async (policy = {}) => {
    const writer = new ScriptedWriter();
    const there = await TestApp.start({ beside: here, prepare: writingWith(writer, policy) });
    return { there, writer };
  };

  it('are taken over from one that is gone: finished steps are not run again, and its late writes are refused (LE-7)', async () => {
    hereWriter.hold('section/2');
    const id = await orderOne(here);
    await pollUntil(async () => (await keptSteps(here, id)).length === 3, 'three steps are kept');
    const { there, writer } = await startThere();
    await here.proxy.mode('black-hole');
    await untilStatus(there, id, 'done');
    expect(writer.worked.toSorted()).toEqual(['assembly', 'section/2']);
    hereWriter.text = 'late';
    hereWriter.open('section/2');
    await here.proxy.mode('pass');
    await pollUntil(() => hereWriter.jobs[0]!.signal.aborted, 'the first has heard that it lost the lesson');
    expect(hereWriter.jobs[0]!.signal.reason).toMatchObject({ code: 'lease-lost' });
    const { result, runs } = await lessonOf(there, id);
    expect([runs, result?.markdown]).toEqual([2, expect.not.stringContaining('late')]);
    expect(result?.markdown).toContain('text of section/1');
    const events = await there.sql<{ type: string }>(
      `SELECT type FROM lastgood.lesson_events WHERE lesson_id = $1 AND type <> 'section' ORDER BY seq`,
      [id],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'node-started',
      'node-finished',
      'node-started',
      'verdict',
      'ended',
    ]);
    await there.dispose();
  });

  it('are handed over by one that ends: it begins no step, and keeps those that end in time (LE-7)', async () => {
    hereWriter.hold('section/1');
    hereWriter.hold('section/2');
    const id = await orderOne(here);
    await pollUntil(async () => (await keptSteps(here, id)).length === 2, 'two steps are kept');
    const { there, writer } = await startThere({ leaseMs: 60_000, sweepEveryMs: 60_000 });
    const ending = here.app.close();
    hereWriter.open('section/1');
    await ending;
    await untilStatus(there, id, 'done');
    expect(hereWriter.worked).not.toContain('assembly');
    expect(writer.worked.toSorted()).toEqual(['assembly', 'section/2']);
    expect((await lessonOf(there, id)).runs).toBe(2);
    await there.dispose();
  });

  it('fail once they were taken up too often and never ended, without being taken up again (LE-7)', async () => {
    const env = { LESSON_CONCURRENCY: '0' };
    const none = await TestApp.start({ beside: here, env, prepare: writingWith(new ScriptedWriter()) });
    hereWriter.hold('section/1');
    const id = await orderOne(here);
    await pollUntil(async () => (await keptSteps(here, id)).length === 3, 'three steps are kept');
    await here.sql('UPDATE lastgood.lessons SET runs = 3 WHERE id = $1', [id]);
    await here.proxy.mode('black-hole');
    const { there, writer } = await startThere();
    await untilStatus(there, id, 'failed');
    expect(await lessonOf(none, id)).toMatchObject({ error: { code: 'lesson-abandoned' } });
    expect(writer.worked).toEqual([]);
    await here.proxy.mode('pass');
    await there.dispose();
    await none.dispose();
  });

  it('are written by one run, though a second job comes while it writes (LE-7)', async () => {
    hereWriter.hold('section/1');
    const id = await orderOne(here);
    await pollUntil(async () => (await keptSteps(here, id)).length === 3, 'three steps are kept');
    await here.app
      .get(DatabaseService)
      .write((manager) => here.app.get(JobQueue).send(lessonQueue, { lessonId: id }, manager, id));
    const done = `SELECT FROM lastgood_jobs.job WHERE name = $1 AND state = 'completed'`;
    await pollUntil(async () => (await here.sql(done, [lessonQueue])).length === 1, 'the second job is done');
    hereWriter.open('section/1');
    await untilStatus(here, id, 'done');
    expect([hereWriter.jobs.length, (await lessonOf(here, id)).runs]).toEqual([1, 1]);
  });

  it('are ordered where none is taken, and written elsewhere (LE-7)', async () => {
    const none = await TestApp.start({
      beside: here,
      env: { LESSON_CONCURRENCY: '0' },
      prepare: writingWith(new ScriptedWriter()),
    });
    await untilStatus(here, await orderOne(none), 'done');
    expect(hereWriter.worked).toHaveLength(5);
    await none.dispose();
  });

  it('are followed until the process drains, by so many at once (LE-7)', async () => {
    const { there, writer } = await startThere({ maxFollowers: 2 });
    hereWriter.hold('plan');
    writer.hold('plan');
    const id = await orderOne(here);
    const path = `${lessonsPath}/${id}/events`;
    const readers = [await EventReader.open(there, path), await EventReader.open(there, path)];
    const refused = await there.ask(path);
    expect(refused).toMatchObject({ status: 503, body: { code: 'stream-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    readers[0]!.close();
    await pollUntil(async () => {
      const again = await EventReader.open(there, path);
      again.close();
      return again.response.status === 200;
    }, 'a place is free again');
    there.app.get(Draining).begin();
    await pollUntil(() => readers[1]!.isEnded, 'the events end with the process');
    expect((await there.ask(path)).status).toBe(503);
    // As on Ctrl-C: what clients opened ahead is closed too.
    await closeGently(there.app, false);
    await there.dispose();
  });
});
