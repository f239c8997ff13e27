import { ConfigDatabase, insertPhase } from '../../../../test/support/config-database.js';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { StatementPool } from '../../../adapters/postgres/statement-pool.js';
import { Entry, type LoadRequest } from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { snapshotKey } from '../model-config.policy.js';
import type { Snapshot } from './snapshot.js';
import { SnapshotRepository } from './snapshot.repository.js';

const { signal } = new AbortController();

/** As the loader asks: with what is held, and the scopes that are said to have changed since. */
function requestFor(held?: Snapshot, changedScopes?: string[]): LoadRequest<Snapshot> {
  const facts = { asOf: held?.asOf ?? null, scopes: ['*'], confirmedAt: 0, maxAgeMs: 1 };
  return {
    signal,
    endsAt: 1_000,
    held: held && new Entry('snapshot', held, false, facts),
    ...(changedScopes && { changedScopes }),
  };
}

const temperatureOf = (snapshot: Snapshot, courseId: string): number | undefined =>
  snapshot.courses.get(courseId)?.get('stage_2')?.get('any/standard')?.temperature;

describe('SnapshotRepository', () => {
  let database: ConfigDatabase;
  let pool: StatementPool;
  let repository: SnapshotRepository;
  beforeAll(async () => {
    database = await ConfigDatabase.create();
    pool = new StatementPool({ url: database.url, timeoutMs: 2_000, maxConnections: 4 });
    repository = new SnapshotRepository(new StreamReader(pool));
  });
  beforeEach(async () => {
    await database.sql(`DELETE FROM lastgood.phase_configs WHERE phase <> 'global_default'`);
    await database.sql(insertPhase('stage_2', 'c1'));
    await database.sql(insertPhase('stage_2', 'c2'));
  });
  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  const load = async (held?: Snapshot, changedScopes?: string[]): Promise<Snapshot> => {
    const loaded = await repository.load(snapshotKey, requestFor(held, changedScopes));
    if (!('value' in loaded)) throw new Error('The configuration is never absent');
    expect(loaded).toMatchObject({ asOf: loaded.value.asOf, scopes: ['*'] });
    return loaded.value;
  };
  const warmCourse = (courseId: string, temperature: number) =>
    database.sql('UPDATE lastgood.phase_configs SET temperature = $1 WHERE course_id = $2', [
      temperature,
      courseId,
    ]);
  const sharesAllBut = (courseIds: string[], before: Snapshot, after: Snapshot) => {
    expect([after.models, after.global, after.panels, after.reserves]).toEqual([
      before.models,
      before.global,
      before.panels,
      before.reserves,
    ]);
    expect(after.models === before.models && after.global === before.global).toBe(true);
    expect(after.panels === before.panels && after.reserves === before.reserves).toBe(true);
    for (const [courseId, index] of before.courses) {
      expect(after.courses.get(courseId) === index).toBe(!courseIds.includes(courseId));
    }
  };

  it('loads every row with the point in history it belongs to, in one entry for the whole stream', async () => {
    const snapshot = await load();
    expect(snapshot.asOf).toEqual(await database.counter());
    expect(new Set(snapshot.models.keys())).toEqual(
      new Set(['a/writer', 'b/writer', 'c/judge', 'd/judge', 'e/judge']),
    );
    expect(new Set(snapshot.courses.keys())).toEqual(new Set(['c1', 'c2']));
    expect(snapshot.panels.get('any')?.tiebreaker.modelId).toBe('e/judge');
  });

  it('keeps 0, null, false and every digit the whole way (MC-12)', async () => {
    await database.sql(`UPDATE lastgood.models SET input_usd_per_mtok = 0.1, retires_at = '2030-01-02 03:04:05.678+02'
      WHERE id = 'a/writer'`);
    await database.sql(`UPDATE lastgood.judge_configs SET kappa = 0, calibration_n = 0, weight = 0.30000000000000004
      WHERE role = 'primary'`);
    const snapshot = await load();
    expect(snapshot.models.get('a/writer')).toMatchObject({
      inputUsdPerMtok: 0.1,
      outputUsdPerMtok: 0,
      supportsCacheRead: false,
      replacementId: null,
      retiresAt: '2030-01-02T01:04:05.678Z',
      updatedBy: 'postgres',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(snapshot.global.get('global_default')?.get('any/standard')).toMatchObject({
      temperature: 0,
      maxRetries: 0,
      courseId: null,
      fallbackModelId: null,
      qualityThreshold: null,
      timeoutMs: null,
      cacheReadEnabled: false,
    });
    expect(snapshot.panels.get('any')?.primary).toMatchObject({
      temperature: 0,
      kappa: 0,
      calibrationN: 0,
      calibratedAt: null,
      weight: 0.30000000000000004,
    });
  });

  it('loads a course that changed alone, and shares everything else with what was held (MC-7)', async () => {
    const held = await load();
    await warmCourse('c1', 1.5);
    const next = await load(held, ['course:c1']);
    expect(temperatureOf(next, 'c1')).toBe(1.5);
    expect(next.asOf).toEqual(await database.counter());
    expect(next.id).not.toBe(held.id);
    sharesAllBut(['c1'], held, next);
    expect(temperatureOf(held, 'c1')).toBe(0);
  });

  it('takes in a course that is new, and drops one that lost its last row (MC-7)', async () => {
    const held = await load();
    await database.sql(insertPhase('stage_2', 'c3', 0.25));
    await database.sql(`DELETE FROM lastgood.phase_configs WHERE course_id = 'c2'`);
    const next = await load(held, ['course:c3', 'course:c2']);
    expect(new Set(next.courses.keys())).toEqual(new Set(['c1', 'c3']));
    expect(temperatureOf(next, 'c3')).toBe(0.25);
    sharesAllBut(['c2'], held, next);
  });

  it('gives a snapshot equal to a full load, whichever way it was loaded', async () => {
    const held = await load();
    await warmCourse('c1', 0.75);
    await warmCourse('c2', 0.5);
    expect(await load(held, ['course:c2', 'course:c1'])).toEqual(await load());
  });

  it.each([
    ['rows of all courses', insertPhase('stage_2')],
    ['another course', insertPhase('stage_3', 'c2')],
    ['a model', `UPDATE lastgood.models SET display_name = display_name || '!' WHERE id = 'a/writer'`],
    ['a panel', `UPDATE lastgood.judge_configs SET weight = 0.125 WHERE role = 'secondary'`],
    ['a reserve', `UPDATE lastgood.context_reserves SET reserve_percent = reserve_percent / 2`],
  ])('loads everything when %s changed too, though it was not told', async (_, statement) => {
    const held = await load();
    await warmCourse('c1', 1);
    await database.sql(statement);
    const next = await load(held, ['course:c1']);
    expect(next).toEqual(await load());
    expect(next.models === held.models).toBe(false);
  });

  it.each([
    ['any', 'judges:any', `UPDATE lastgood.judge_configs SET weight = weight / 2 WHERE role = 'primary'`],
    ['s', 'reserves', `UPDATE lastgood.context_reserves SET reserve_percent = reserve_percent / 2`],
  ])('does not take a course called "%s" for the scope %s', async (courseId, scope, statement) => {
    await database.sql(insertPhase('stage_2', courseId));
    const held = await load();
    await warmCourse(courseId, 1);
    await database.sql(statement);
    expect((await database.logSince(held.asOf.version)).map((row) => row.scope)).toContain(scope);
    expect(await load(held, [`course:${courseId}`])).toEqual(await load());
  });

  it.each([
    [
      'the log is trimmed past what is held',
      `UPDATE lastgood.change_counter SET trimmed_to = version WHERE stream = 'config'`,
    ],
    ['the log has lost the change that is held', `DELETE FROM lastgood.change_log WHERE version <= $1`],
    [
      'another change made the version that is held',
      `UPDATE lastgood.change_log SET change_id = gen_random_uuid() WHERE version = $1`,
    ],
    [
      'the epoch was raised',
      `UPDATE lastgood.change_counter SET epoch = gen_random_uuid() WHERE stream = 'config'`,
    ],
  ])('loads everything when %s', async (_, statement) => {
    const held = await load();
    await warmCourse('c1', 1);
    await database.sql(statement, statement.includes('$1') ? [held.asOf.version] : []);
    // No row of c2 is loaded for a change of c1: what is missed here shows only in a full load.
    const next = await load(held, ['course:c1']);
    await database.sql(`UPDATE lastgood.change_counter SET trimmed_to = 0`);
    expect(next.models === held.models).toBe(false);
    expect(next).toEqual(await load());
  });

  it.each<[string, string[] | undefined]>([
    ['it is not told what changed', undefined],
    ['nothing is said to have changed', []],
    ['more than courses changed', ['course:c1', 'phases']],
  ])('loads everything when %s', async (_, scopes) => {
    const held = await load();
    await warmCourse('c1', 1);
    const next = await load(held, scopes);
    expect(next.models === held.models).toBe(false);
    expect(temperatureOf(next, 'c1')).toBe(1);
  });

  describe('with rows that break a rule (MC-14)', () => {
    afterEach(() => database.sql(`UPDATE lastgood.models SET status = 'active'`));

    it('refuses all of them, with every fault named', async () => {
      await database.sql(`UPDATE lastgood.models SET status = 'retired' WHERE id IN ('a/writer', 'c/judge')`);
      const refused = load();
      await expect(refused).rejects.toThrow(ConfigInvalidError);
      await expect(refused).rejects.toThrow('Invalid configuration in the database');
      await expect(refused).rejects.toMatchObject({
        faults: expect.arrayContaining([
          expect.objectContaining({ path: 'judges[any].primary.modelId' }),
          expect.objectContaining({ path: 'phases[stage_2/any/standard/c1].modelId' }),
        ]),
      });
    });

    it('refuses one course that breaks a rule together with the rest', async () => {
      const held = await load();
      await database.sql(`UPDATE lastgood.phase_configs SET model_id = 'c/judge' WHERE course_id = 'c1'`);
      await expect(load(held, ['course:c1'])).rejects.toMatchObject({
        faults: [
          { path: 'judges[any].primary.modelId', message: expect.stringContaining('must never grade') },
        ],
      });
    });
  });

  it('loads rows of one moment only, however many write meanwhile (CO-4)', async () => {
    const enough = new AbortController();
    const write = async (courseId: string) => {
      const session = await database.session();
      while (!enough.signal.aborted) {
        await session.query('BEGIN');
        await session.query(
          `UPDATE lastgood.models SET display_name = '${courseId}-pending' WHERE id = 'a/writer'`,
        );
        await session.query(`UPDATE lastgood.models SET display_name = 'v' ||
          (SELECT version FROM lastgood.change_counter WHERE stream = 'config') WHERE id = 'a/writer'`);
        await session.query(`UPDATE lastgood.phase_configs SET max_tokens =
          (SELECT version FROM lastgood.change_counter WHERE stream = 'config') WHERE course_id = '${courseId}'`);
        await session.query('COMMIT');
      }
    };
    const before = (await database.counter()).version;
    const writing = Promise.all(['c1', 'c2'].map(write));
    await pollUntil(async () => (await database.counter()).version > before + 1, 'both write');
    let held: Snapshot | undefined;
    for (let loads = 0; loads < 150; loads++) {
      held = await load(held, loads % 2 === 0 ? undefined : ['course:c1', 'course:c2']);
      const { version } = held.asOf;
      expect(held.models.get('a/writer')?.displayName).toBe(`v${version}`);
      const written = [...held.courses.values()].map(
        (index) => index.get('stage_2')!.get('any/standard')!.maxTokens,
      );
      expect(Math.max(...written.filter((tokens) => tokens !== 4_096))).toBe(version);
    }
    enough.abort();
    await writing;
  });
});
