import { Client } from 'pg';
import { NarrativeAnalytics } from '../src/features/narratives/analytics/narrative-analytics.service.js';
import { takeLock } from '../src/features/narratives/analytics/narrative-requests.sql.js';
import { personHash } from '../src/features/narratives/erasing/person-scope.js';
import { AuditLogService } from '../src/platform/audit/index.js';
import { erase, eraseAt, person, placesOf, purgesOf, requestsOf } from './support/narrative-erasures.js';
import {
  keepNarratives,
  keptNarratives,
  narrativeKeyOf,
  recorded,
  requestOf,
} from './support/narrative-requests.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

describe('erasing a person (NA-8)', () => {
  let lastgood: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
    other = await TestApp.start({ beside: lastgood });
  });
  afterAll(async () => {
    await other.dispose();
    await lastgood.dispose();
  });

  it.each(['/api/v1/narratives', '/api/narrative'])(
    'removes their requests, and what nobody else asked for from every process: DELETE %s/user/:userId',
    async (base) => {
      const names = ['alone', 'refreshed', 'with bob', 'of nobody', 'bob’s'].map((name) => `${name} ${base}`);
      const [alone, refreshed, withBob, ofNobody, bobs] = names as [string, string, string, string, string];
      for (const app of [lastgood, other]) await keepNarratives(app, ...names);
      await recorded(other, { key: refreshed, outcome: 'refresh' }, { key: withBob, userId: 'bob' });
      await recorded(other, { key: bobs, userId: 'bob' }, { key: ofNobody, userId: null });
      for (const key of [alone, refreshed, withBob, ofNobody])
        await recorded(lastgood, { key, userId: person, outcome: 'made' }, { key, userId: person });
      const { status, body } = await eraseAt(base)(lastgood);
      expect(status).toBe(200);
      expect(body).toEqual({
        requests: 8,
        purged: 2,
        kept: 2,
        rationale: expect.stringMatching(/^8 requests .* 2 narratives were purged .* 2 narratives were kept/),
        version: expect.stringMatching(/^[\w.-]+:\d+$/),
      });
      expect(await requestsOf(lastgood)).toEqual([]);
      expect(await requestsOf(lastgood, 'bob')).not.toEqual([]);
      expect(keptNarratives(lastgood, ...names)).toEqual([withBob, ofNobody, bobs]);
      await pollUntil(
        () => keptNarratives(other, ...names).length === 3,
        'the other process has heard of it',
      );
      expect(await eraseAt(base)(lastgood)).toMatchObject({
        status: 200,
        body: { requests: 0, purged: 0, kept: 0, rationale: expect.stringContaining('nothing to remove') },
      });
    },
  );

  it('of whom nobody has heard removes nothing, and is no error', async () => {
    expect(await erase(lastgood, 'nobody-knows')).toMatchObject({ status: 200, body: { requests: 0 } });
  });

  it.each(['a b', 'a\tb', 'x'.repeat(201)])('is refused for what is no id: %j', async (userId) => {
    expect((await erase(lastgood, userId)).status).not.toBe(200);
  });

  it('is seen through for as long as Redis keeps a narrative, and within minutes of a killed process', async () => {
    await recorded(lastgood, { key: 'outlasts', userId: person, outcome: 'made' });
    await erase(lastgood);
    const jobs = await lastgood.sql<{ days: number; seconds: number }>(
      `SELECT extract(epoch FROM expire_in)::float8 AS seconds, least(retry_limit * retry_delay,
         extract(epoch FROM keep_until - created_on))::float8 / 86400 AS days
       FROM lastgood_jobs.job WHERE name = 'narrative-erasures' AND data::text LIKE '%outlasts%'`,
    );
    expect(jobs.map(({ seconds }) => seconds)).toEqual([120, 120]);
    for (const { days } of jobs) expect(days).toBeGreaterThanOrEqual(30);
  });

  it('leaves their id nowhere in the database, and is on record all the same', async () => {
    await recorded(lastgood, { key: 'scanned', userId: person, outcome: 'made' });
    expect(await placesOf(lastgood, person)).not.toEqual([]);
    await erase(lastgood);
    expect(await placesOf(lastgood, person)).toEqual([]);
    const [last] = await lastgood.sql(
      'SELECT actor_role, action, target FROM lastgood.audit_log ORDER BY id DESC LIMIT 1',
    );
    expect(last).toEqual({
      actor_role: 'admin',
      action: 'DELETE /api/v1/narratives/user/:userId',
      target: 'narratives: the requests of a person',
    });
    expect((await lastgood.app.get(AuditLogService).verify()).faults).toEqual([]);
    expect(await placesOf(lastgood, personHash(person))).toContain('lastgood.narrative_erasures');
  });

  describe('what arrives late', () => {
    it('of what they asked before is not written, and its narrative is purged', async () => {
      await keepNarratives(other, 'late', 'late and bob’s');
      await recorded(other, { key: 'late and bob’s', userId: 'bob' });
      await erase(lastgood);
      await recorded(
        other,
        { key: 'late', userId: person, outcome: 'made', agoMs: 5_000 },
        { key: 'late and bob’s', userId: person, agoMs: 5_000 },
      );
      expect(await requestsOf(lastgood)).toEqual([]);
      expect(await purgesOf(lastgood, 'late', 'late and bob’s')).toEqual(['late']);
      await pollUntil(
        () => keptNarratives(other, 'late', 'late and bob’s').join() === 'late and bob’s',
        'it is purged',
      );
    });

    it('with what somebody else asked in the same batch purges nothing', async () => {
      await erase(lastgood);
      await recorded(
        other,
        { key: 'together', userId: person, agoMs: 5_000 },
        { key: 'together', userId: null, agoMs: 5_000 },
      );
      expect(await requestsOf(lastgood)).toEqual([]);
      expect(await purgesOf(lastgood, 'together')).toEqual([]);
    });

    it('of what they ask afterwards is written', async () => {
      await erase(lastgood);
      await recorded(other, { key: 'afterwards', userId: person });
      expect(await requestsOf(lastgood)).toHaveLength(1);
      expect((await erase(lastgood)).body).toMatchObject({ requests: 1, purged: 1 });
    });

    it('is written at once by every process that hears of the erasure, and not after a back-off', async () => {
      const analytics = other.app.get(NarrativeAnalytics);
      const flushed = jest.spyOn(analytics, 'flush');
      const before = flushed.mock.calls.length;
      await erase(lastgood);
      await pollUntil(() => flushed.mock.calls.length > before, 'the other process writes what waits');
      flushed.mockRestore();
    });

    it('from the process that is asked is written first', async () => {
      lastgood.app.get(NarrativeAnalytics).record(requestOf(lastgood, { key: 'waiting', userId: person }));
      expect((await erase(lastgood)).body).toMatchObject({ requests: 1, purged: 1 });
    });
  });

  it('beside requests that are written at the same moment leaves none of them (NA-9)', async () => {
    const writers = [lastgood, other].map(async (app, of) => {
      for (let at = 0; at < 40; at++)
        await recorded(app, { key: `at once ${of} ${at}`, userId: person, outcome: 'made', agoMs: 60_000 });
    });
    const erasers = [lastgood, other].map(async (app) => {
      for (let at = 0; at < 5; at++) expect((await erase(app)).status).toBe(200);
    });
    await Promise.all([...writers, ...erasers]);
    expect(await requestsOf(lastgood)).toEqual([]);
    const names = [0, 1].flatMap((of) => Array.from({ length: 40 }, (_, at) => `at once ${of} ${at}`));
    expect(await purgesOf(lastgood, ...names)).toEqual(names);
  });

  it('waits for a writer that was first, and then finds what it wrote (NA-9)', async () => {
    const writer = new Client({ connectionString: lastgood.databaseUrl });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(takeLock.replace('lock(', 'lock_shared('));
    await writer.query(
      `INSERT INTO lastgood.narrative_requests (at, user_id, narrative_key, outcome, duration_ms, systems)
       VALUES (now(), $1, $2, 'made', 1, '{}')`,
      [person, narrativeKeyOf('in between')],
    );
    const erasing = erase(lastgood);
    await pollUntil(
      async () =>
        (await lastgood.sql(`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`)).length > 0,
      'the erasure waits',
    );
    await writer.query('COMMIT');
    await writer.end();
    expect((await erasing).body).toMatchObject({ requests: 1, purged: 1 });
  });

  it('is refused as a whole while the database is away', async () => {
    await recorded(lastgood, { key: 'kept', userId: person });
    await lastgood.proxy.mode('refuse');
    try {
      const { status, headers } = await erase(lastgood);
      expect([status, headers.has('retry-after')]).toEqual([503, true]);
    } finally {
      await lastgood.proxy.mode('pass');
    }
    expect(await requestsOf(lastgood)).toHaveLength(1);
    expect(await purgesOf(lastgood, 'kept')).toEqual([]);
    await pollUntil(async () => (await erase(lastgood)).status === 200, 'it is there again');
    expect(await requestsOf(lastgood)).toEqual([]);
  });
});
