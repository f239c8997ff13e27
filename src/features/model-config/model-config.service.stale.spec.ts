import { ModelConfigRig, rigConfig } from '../../../test/support/model-config-rig.js';
import { ConfigInvalidError } from './validation/config-invalid.error.js';
import { ConfigTooStaleError } from './reading/config-too-stale.error.js';
import { ConfigUnavailableError } from './reading/config-unavailable.error.js';

const minute = 60_000;
const year = 365 * 24 * 60 * minute;
const down = new Error('connection refused');

type Ask = (rig: ModelConfigRig) => Promise<{ meta: { isStale: boolean } }>;
/** Every question there is, as errors and logs name it, and the model the answer names. */
const questions: [string, Ask, string, string | null][] = [
  [
    'model for phase "stage_4"',
    ({ service }) => service.getModelForPhase('stage_4'),
    'phase "stage_4"',
    'a/writer',
  ],
  [
    'model for phase "stage_4", language "ru", course "c1"',
    ({ service }) => service.getModelForStage(4, { language: 'ru', courseId: 'c1' }),
    'phase "stage_4", language "ru", course "c1"',
    'a/writer',
  ],
  [
    'judge models for language "xx"',
    ({ service }) => service.getJudgeModels('xx'),
    'judge models for language "xx"',
    'c/judge',
  ],
  [
    'judge models for language "ru"',
    ({ service }) => service.getModelWeight('c/judge', 'ru'),
    'judge models for language "ru"',
    'd/judge',
  ],
  [
    'context reserve for language "ru"',
    ({ service }) => service.getContextReserve('ru'),
    'context reserve for language "ru"',
    null,
  ],
  [
    'model for phase "stage_4"',
    async ({ service }) => (await service.explain('stage_4')).chosen,
    'phase "stage_4"',
    'a/writer',
  ],
];

const staleRig = async (policy = {}, ageMs = 6 * minute): Promise<ModelConfigRig> => {
  const rig = new ModelConfigRig(policy);
  await rig.service.list();
  rig.origin.fail(down);
  await rig.clock.advance(ageMs);
  rig.events.length = 0;
  return rig;
};

describe('ModelConfigService without its database (MC-9)', () => {
  describe.each(questions)('asked for the %s', (inWords, ask, subject, modelId) => {
    it('says what is missing and why, when nothing was ever read', async () => {
      const rig = new ModelConfigRig();
      rig.origin.fail(down);
      const failure = ask(rig);
      await expect(failure).rejects.toThrow(ConfigUnavailableError);
      await expect(failure).rejects.toMatchObject({
        message: `Cannot get ${inWords}: database unavailable and no cached data`,
        code: 'config-unavailable',
        retryable: true,
        cause: down,
        retryAfterMs: expect.any(Number),
      });
      expect(rig.eventsOf('lookup-failed')).toMatchObject([{ subject: inWords }]);
    });

    it('gives the last good answer at once, labelled, and reports it every time', async () => {
      const rig = await staleRig();
      for (let n = 1; n <= 3; n++) {
        expect((await ask(rig)).meta).toMatchObject({ isStale: true, ageMs: 6 * minute, source: 'memory' });
        expect(rig.eventsOf('stale-answer')).toHaveLength(n);
      }
      expect(rig.eventsOf('stale-answer')[0]).toEqual({
        type: 'stale-answer',
        namespace: 'model-config',
        subject,
        modelId,
        reason: 'revalidating',
        ageMs: 6 * minute,
      });
      expect(rig.reader.cache.staleHits).toBe(3);
    });

    it('refuses it past the budget, where one is set (MC-11)', async () => {
      const rig = await staleRig({ staleIfErrorMs: minute }, 6 * minute - 1);
      expect((await ask(rig)).meta.isStale).toBe(true);
      await rig.clock.advance(1);
      const failure = rig.settled(ask(rig), 1);
      await expect(failure).rejects.toThrow(ConfigTooStaleError);
      await expect(failure).rejects.toMatchObject({
        message: `Cannot get ${inWords}: the last good configuration is 360 s old, past its limit`,
        code: 'config-too-stale',
        cause: down,
      });
    });
  });

  it('is never too stale by default (MC-11)', async () => {
    const rig = await staleRig({}, 10 * year);
    const model = await rig.service.getModelForPhase('stage_4');
    expect([model.modelId, model.isStale, model.meta.ageMs]).toEqual(['a/writer', true, 10 * year]);
  });

  it('serves what it has and loads behind it, one load for all, once it is no longer fresh', async () => {
    const rig = new ModelConfigRig();
    await rig.service.list();
    const release = rig.origin.hang();
    await rig.clock.advance(5 * minute - 1);
    expect((await rig.service.getModelForPhase('stage_4')).isStale).toBe(false);
    expect(rig.origin.loads).toBe(1);
    await rig.clock.advance(1);
    const models = await Promise.all(
      Array.from({ length: 50 }, () => rig.service.getModelForPhase('stage_4')),
    );
    expect(models.every(({ isStale, meta }) => isStale && meta.reason === 'revalidating')).toBe(true);
    expect(rig.origin.loads).toBe(2);
    release({ value: (await rig.service.list()).data });
    await rig.clock.advance(0);
    expect((await rig.service.getModelForPhase('stage_4')).meta).toMatchObject({
      isStale: false,
      reason: 'fresh',
    });
  });

  it('tells failing from backing off, and answers without a wait in both', async () => {
    const rig = await staleRig();
    const reason = async () => (await rig.service.getModelForPhase('stage_4')).meta.reason;
    expect(await reason()).toBe('revalidating');
    await rig.clock.advance(0);
    expect(await reason()).toBe('backing-off');
    await rig.clock.advance(10 * minute);
    expect(await reason()).toBe('origin-failed');
    // The first, that of the first stale read with its two further attempts, and that of the last read.
    expect(rig.origin.loads).toBe(5);
  });

  it('is fresh again with the first load that succeeds', async () => {
    const rig = await staleRig();
    await rig.service.getModelForPhase('stage_4');
    rig.publish({ ...rigConfig, phases: rigConfig.phases.map((row) => ({ ...row, temperature: 1 })) }, 2);
    await rig.clock.advance(minute);
    await rig.service.getModelForPhase('stage_4');
    await rig.clock.advance(0);
    const model = await rig.service.getModelForPhase('stage_4');
    expect([model.temperature, model.isStale, model.meta.version]).toEqual([1, false, 2]);
  });

  it('gives up within the deadline of a load when the database never answers', async () => {
    const rig = new ModelConfigRig();
    rig.origin.hang();
    const failure = rig.settled(rig.service.getJudgeModels('xx'), 1_000);
    await expect(failure).rejects.toMatchObject({
      code: 'config-unavailable',
      cause: { code: 'load-timeout' },
    });
    expect(rig.origin.requests[0]!.request.signal.aborted).toBe(true);
  });

  it('answers at once while it backs off with nothing held, and says when to come again', async () => {
    const rig = new ModelConfigRig();
    rig.origin.fail(down);
    await expect(rig.service.list()).rejects.toThrow('Cannot get model configuration: database unavailable');
    await expect(rig.service.getModelForPhase('stage_4')).rejects.toMatchObject({
      retryAfterMs: expect.any(Number),
      message: expect.stringContaining('model for phase "stage_4"'),
    });
    expect(rig.origin.loads).toBe(1);
    await rig.clock.advance(minute);
    rig.publish(rigConfig, 1);
    expect((await rig.service.getModelForPhase('stage_4')).modelId).toBe('a/writer');
  });

  it('says what is wrong with the rows, rather than that there are none', async () => {
    const rig = new ModelConfigRig();
    rig.origin.fail(
      new ConfigInvalidError('configuration in the database', [{ path: 'p', message: 'wrong' }]),
    );
    await expect(rig.service.getModelForPhase('stage_4')).rejects.toThrow(ConfigInvalidError);
  });

  it('does not find, while stale, what was not there: that is no failure of the database', async () => {
    const rig = await staleRig();
    await expect(rig.service.getModelForPhase('stage_44')).rejects.toMatchObject({
      code: 'config-not-found',
    });
    expect(rig.eventsOf('stale-answer')).toEqual([]);
  });
});
