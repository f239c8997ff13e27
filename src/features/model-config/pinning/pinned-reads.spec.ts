import { aSnapshot } from '../../../../test/support/config-rows.js';
import { ModelConfigRig, rigConfig } from '../../../../test/support/model-config-rig.js';
import { aPin } from '../../../../test/support/pins-rig.js';
import { keepCourse } from './keep-course.js';

const dayMs = 86_400_000;
const pinned = aSnapshot(
  { ...rigConfig, phases: rigConfig.phases.map((row) => ({ ...row, maxRetries: 7 })) },
  3,
);
const job = { jobId: 'job' };

describe('reads of a pinned job (MC-22)', () => {
  let rig: ModelConfigRig;
  beforeEach(async () => {
    rig = new ModelConfigRig();
    rig.publish(rigConfig, 9);
    rig.pins.answer(pinned);
    await rig.service.list();
  });

  const loads = () => rig.pins.pinOrigin.loads + rig.pins.snapshotOrigin.loads;

  it('are answered from its snapshot, whatever is asked', async () => {
    const model = await rig.service.getModelForPhase('stage_4', { ...job, tokenCount: 801 });
    expect([model.maxRetries, model.temperature, model.meta.snapshotId]).toEqual([7, 0.7, '3-c3']);
    expect((await rig.service.getModelForStage(4, job)).meta.version).toBe(3);
    expect((await rig.service.getJudgeModels('ru', job)).meta.version).toBe(3);
    expect(await rig.service.getModelWeight('d/judge', 'ru', job)).toMatchObject({
      weight: 0.75,
      meta: { version: 3 },
    });
    expect(await rig.service.getContextReserve('en', job)).toMatchObject({
      reservePercent: 0,
      meta: { version: 3 },
    });
    expect((await rig.service.list(job)).data).toBe(pinned);
    const explained = await rig.service.explain('stage_4', { ...job, language: 'ru', tokenCount: 801 });
    expect([explained.chosen.maxRetries, explained.wantedTier]).toEqual([7, 'standard']);
  });

  it('leave what everybody else is told as it was', async () => {
    for (const query of [job, {}, job, {}]) {
      const { maxRetries, meta } = await rig.service.getModelForPhase('stage_4', query);
      expect([maxRetries, meta.version]).toEqual(query === job ? [7, 3] : [0, 9]);
    }
  });

  it('do no I/O once the job was read: 1,000 reads, no load', async () => {
    await rig.service.getModelForPhase('stage_4', job);
    const before = loads();
    for (let at = 0; at < 500; at++) {
      await rig.service.getModelForPhase('stage_4', { ...job, tokenCount: at * 10 });
      await rig.service.getJudgeModels('ru', job);
    }
    expect(loads()).toBe(before);
  });

  it('say where the answer came from, and are fresh', async () => {
    expect((await rig.service.getModelForPhase('stage_4', job)).meta).toMatchObject({
      source: 'origin',
      reason: 'fresh',
      isStale: false,
    });
    await rig.clock.advance(1_000);
    expect((await rig.service.getModelForPhase('stage_4', job)).meta).toMatchObject({
      source: 'memory',
      isStale: false,
      ageMs: 1_000,
    });
  });

  it('are fresh after years without the database, and say that it failed', async () => {
    await rig.service.getModelForPhase('stage_4', job);
    rig.pins.pinOrigin.fail(new Error('no database'));
    rig.pins.snapshotOrigin.fail(new Error('no database'));
    await rig.clock.advance(800 * dayMs);
    const model = await rig.settled(rig.service.getModelForPhase('stage_4', job), 2_000);
    expect(model.meta).toMatchObject({ isStale: false, reason: 'origin-failed', version: 3 });
    expect(model.isStale).toBe(false);
    expect(rig.eventsOf('stale-answer')).toEqual([]);
  });

  it('ask the database once a day whether the pin still stands, and believe it', async () => {
    await rig.service.getModelForPhase('stage_4', job);
    rig.pins.pinOrigin.answer({ absent: true });
    await expect(rig.service.getModelForPhase('stage_4', job)).resolves.toMatchObject({ maxRetries: 7 });
    await rig.clock.advance(dayMs);
    await expect(rig.settled(rig.service.getModelForPhase('stage_4', job), 10)).rejects.toMatchObject({
      code: 'config-not-found',
      message: 'Job "job" is not pinned: it never was, or it was released and pruned',
    });
  });

  it('follow a job that was pruned and pinned anew, though its old pin is held', async () => {
    await rig.service.pinOf('job');
    const next = aSnapshot(rigConfig, 5);
    rig.pins.answer(next);
    rig.pins.snapshotOrigin.answer({ absent: true });
    const refresh = rig.pins.pinOrigin.load.bind(rig.pins.pinOrigin);
    // The old snapshot is gone; the new one is there as soon as its pin is known.
    rig.pins.pinOrigin.load = (key, request) => {
      rig.pins.snapshotOrigin.answer({ value: next });
      return refresh(key, request);
    };
    expect((await rig.settled(rig.service.list(job), 300)).data.id).toBe('5-c5');
  });

  it('are refused for a course that is not the one pinned for, and for no other reason', async () => {
    rig.pins.answer(keepCourse(pinned, 'c1'), { courseId: 'c1' });
    const temperatureFor = async (courseId?: string) =>
      (await rig.service.getModelForPhase('stage_4', { ...job, ...(courseId !== undefined && { courseId }) }))
        .temperature;
    expect(await temperatureFor('c1')).toBe(1.5);
    expect(await temperatureFor()).toBe(0);
    await expect(temperatureFor('c2')).rejects.toMatchObject({
      code: 'config-query-invalid',
      message: 'courseId: job "job" is pinned for course "c1" alone, got "c2"',
    });
  });

  it.each(['', ' ', 'a b', 'x'.repeat(201), 'a\u0000', '\ud800'])(
    'are refused for the id "%s", which no job can have',
    async (jobId) => {
      await expect(rig.service.getJudgeModels('ru', { jobId })).rejects.toMatchObject({
        code: 'config-query-invalid',
        message: expect.stringContaining('jobId: must be 1 to 200 visible characters'),
      });
      await expect(rig.service.pin(jobId)).rejects.toMatchObject({ code: 'config-query-invalid' });
      await expect(rig.service.release(jobId)).rejects.toMatchObject({ code: 'config-query-invalid' });
    },
  );

  it('are not told "not pinned" by a load that looked before the job was pinned', async () => {
    const answer = rig.pins.pinOrigin.hang();
    const early = rig.service.list(job).catch((error: unknown) => error);
    await rig.clock.advance(100);
    // It is pinned now, and asked for; the load that runs does not know.
    const late = rig.service.list(job);
    await rig.clock.advance(100);
    rig.pins.pinOrigin.answer({ value: aPin({ hash: pinned.id }) });
    answer({ absent: true });
    expect((await rig.settled(late, 100)).data).toBe(pinned);
    await early;
  });

  it('wait for nothing but the job: a pin that cannot be written is refused', async () => {
    await expect(rig.service.pin('job')).rejects.toMatchObject({ code: 'database-unavailable' });
    await expect(rig.service.release('job')).rejects.toMatchObject({ code: 'database-unavailable' });
  });
});
