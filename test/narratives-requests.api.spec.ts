import { NarrativeAnalytics } from '../src/features/narratives/analytics/narrative-analytics.service.js';
import { NarrativeRequestRepository } from '../src/features/narratives/analytics/narrative-request.repository.js';
import { NarrativeUpkeep } from '../src/features/narratives/analytics/narrative-upkeep.service.js';
import { CLOCK } from '../src/platform/clock/clock.module.js';
import type { Clock } from '../src/core/index.js';
import { narrativeKeyOf, recorded, requestOf } from './support/narrative-requests.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Row {
  readonly user_id: string | null;
  readonly narrative_key: string;
  readonly outcome: string;
  readonly systems: string[];
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  readonly saved_usd: number | null;
  readonly duration_ms: number;
  readonly agoMs: number;
}

describe('what is kept of requests for narratives', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
  });
  beforeEach(() => lastgood.sql('DELETE FROM lastgood.narrative_requests'));
  afterAll(() => lastgood.dispose());

  const rows = () =>
    lastgood.sql<Row>(
      `SELECT *, extract(epoch FROM now() - at)::float8 * 1000 AS "agoMs"
       FROM lastgood.narrative_requests ORDER BY narrative_key`,
    );
  const analytics = () => lastgood.app.get(NarrativeAnalytics);
  const clock = () => lastgood.app.get<Clock>(CLOCK);

  describe('the rows (NA-9)', () => {
    it('say of each request when it was asked, by whom, what became of it, how long it took and what it cost', async () => {
      const over = { durationMs: 812.5, systems: ['Sirius', 'Vega'], tokens: 950, costUsd: 0.0125 };
      await recorded(
        lastgood,
        { key: 'a', userId: 'ann', outcome: 'made', over },
        { key: 'b', agoMs: hourMs, over: { tokens: null, costUsd: null, savedUsd: 0.5 } },
      );
      expect(await rows()).toMatchObject([
        {
          user_id: 'ann',
          narrative_key: narrativeKeyOf('a'),
          outcome: 'made',
          duration_ms: 812.5,
          systems: ['Sirius', 'Vega'],
          tokens: 950,
          cost_usd: 0.0125,
          saved_usd: null,
        },
        { user_id: null, outcome: 'fresh', tokens: null, cost_usd: null, saved_usd: 0.5 },
      ]);
      const [now, hourAgo] = (await rows()).map(({ agoMs }) => agoMs);
      expect(now).toBeLessThan(60_000);
      expect(hourAgo! - hourMs).toBeGreaterThan(-1_000);
      expect(hourAgo! - hourMs).toBeLessThan(60_000);
    });

    it('come by themselves', async () => {
      analytics().record(requestOf(lastgood));
      await pollUntil(async () => (await rows()).length === 1, 'the row is written');
      expect(analytics().waiting).toBe(0);
    });

    it('wait for a database that is away, and keep the moment that they tell of', async () => {
      await lastgood.proxy.mode('refuse');
      try {
        analytics().record(requestOf(lastgood, { userId: 'ann', agoMs: hourMs }));
        await analytics().flush();
        expect([analytics().waiting, analytics().dropped]).toEqual([1, 0]);
      } finally {
        await lastgood.proxy.mode('pass');
      }
      await pollUntil(async () => {
        await analytics().flush();
        return (await rows()).length === 1;
      }, 'the row is written');
      expect((await rows())[0]!.agoMs).toBeGreaterThan(hourMs - 1_000);
    });

    it('are written once, however often their batch is tried', async () => {
      const repository = lastgood.app.get(NarrativeRequestRepository);
      const batch = { id: 'a2b7ad11-9c55-4bd5-a3a3-1b1b2f6a8f01', requests: [requestOf(lastgood)] };
      const insert = () => repository.insert(batch, () => clock().now());
      await Promise.all([insert(), insert(), insert()]);
      await insert();
      expect(await rows()).toHaveLength(1);
    });

    it('make the month that they need', async () => {
      await recorded(lastgood, { agoMs: 70 * dayMs });
      expect(await rows()).toHaveLength(1);
      expect(analytics().dropped).toBe(0);
    });

    it('lose nothing but what Postgres cannot hold', async () => {
      const before = analytics().dropped;
      await recorded(lastgood, { key: 'a' }, { key: 'a\0b' }, { key: 'c' });
      expect((await rows()).map(({ narrative_key }) => narrative_key)).toEqual(
        ['a', 'c'].map(narrativeKeyOf),
      );
      expect(analytics().dropped - before).toBe(1);
    });

    it('are told of by the metrics: those that wait, and those that were dropped', async () => {
      analytics().record(requestOf(lastgood));
      const { text } = await lastgood.ask('/metrics', { as: 'viewer' });
      expect(text).toMatch(/^narrative_requests_waiting 1$/m);
      expect(text).toContain(`narrative_requests_dropped_total ${analytics().dropped}\n`);
      await analytics().flush();
    });

    it('are written when the process ends', async () => {
      const other = await TestApp.start({ beside: lastgood });
      await recorded(other, { key: 'first' });
      other.app.get(NarrativeAnalytics).record(requestOf(other, { key: 'last' }));
      await other.dispose();
      expect((await rows()).map(({ narrative_key }) => narrative_key)).toContain(narrativeKeyOf('last'));
    });
  });

  describe('the upkeep (NA-9)', () => {
    const upkeep = () => lastgood.app.get(NarrativeUpkeep);
    const now = Date.parse('2101-06-20T03:17:00Z');
    const daysBefore = (days: number) => new Date(now - days * dayMs).toISOString();
    const months = async () =>
      (
        await lastgood.sql<{ name: string }>(
          `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = 'lastgood.narrative_requests'::regclass AND c.relname ~ '_2101_' ORDER BY 1`,
        )
      ).map(({ name }) => name.slice(-2));

    it('makes the months to come, drops those that are over, and deletes what is older than 90 days', async () => {
      await lastgood.sql(`SELECT lastgood.keep_narrative_months($1, $2)`, [daysBefore(170), daysBefore(0)]);
      const ages = [160, 91, 90.01, 89.99, 60, 1];
      for (const [at, days] of ages.entries())
        await lastgood.sql(
          `INSERT INTO lastgood.narrative_requests (at, narrative_key, outcome, duration_ms, systems)
           VALUES ($1, $2, 'fresh', 1, '{}')`,
          [daysBefore(days), `key ${at}`],
        );
      expect(await months()).toEqual(['01', '02', '03', '04', '05', '06']);
      expect(await upkeep().run(now)).toMatchObject({ requests: 2 });
      expect(await months()).toEqual(['03', '04', '05', '06', '07', '08']);
      expect((await rows()).map(({ narrative_key }) => narrative_key)).toEqual(['key 3', 'key 4', 'key 5']);
      expect(await upkeep().run(now)).toEqual({ months: 0, requests: 0 });
    });

    it('goes by the clock of the database, and not by that of a process', async () => {
      await recorded(lastgood, { key: 'old', agoMs: 90.01 * dayMs }, { key: 'young', agoMs: 89.99 * dayMs });
      jest.spyOn(clock(), 'wall').mockReturnValue(now);
      expect(await upkeep().run()).toMatchObject({ requests: 1 });
      jest.restoreAllMocks();
      expect((await rows()).map(({ narrative_key }) => narrative_key)).toEqual([narrativeKeyOf('young')]);
    });

    it('deletes more than a batch holds', async () => {
      await lastgood.sql(`SELECT lastgood.keep_narrative_months($1, $1)`, [daysBefore(91)]);
      await lastgood.sql(
        `INSERT INTO lastgood.narrative_requests (at, narrative_key, outcome, duration_ms, systems)
         SELECT $1::timestamptz - n * interval '1 ms', 'key', 'fresh', 1, '{}' FROM generate_series(1, 25000) n`,
        [daysBefore(91)],
      );
      expect(await upkeep().run(now)).toMatchObject({ requests: 25_000 });
    });

    it('is scheduled in Postgres, for one process of all', async () => {
      const scheduled = () =>
        lastgood.sql<{ cron: string }>(
          `SELECT cron FROM lastgood_jobs.schedule WHERE name = 'narrative-upkeep'`,
        );
      await pollUntil(async () => (await scheduled()).length === 1, 'it is scheduled');
      expect(await scheduled()).toEqual([{ cron: '17 3 * * *' }]);
    });
  });
});
