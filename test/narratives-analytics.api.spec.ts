import type { AnalyticsAnswer } from '../src/features/narratives/analytics/analytics.answers.js';
import { AuditCallsService } from '../src/platform/audit/index.js';
import { keepNarratives, keptNarratives, recorded } from './support/narrative-requests.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const admin = { as: 'admin' as const };

/** An answer, or why there is none. */
type Told = AnalyticsAnswer & { readonly code?: string; readonly faults?: unknown };

describe('analytics of narratives', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
  });
  beforeEach(() => lastgood.sql('DELETE FROM lastgood.narrative_requests'));
  afterAll(() => lastgood.dispose());

  describe.each(['/api/v1/narratives', '/api/narrative'])('GET %s/analytics (NA-8)', (base) => {
    const asked = (query: string) => lastgood.ask<Told>(`${base}/analytics${query}`, admin);

    it('tells what was asked, how long it took, what it cost and what it saved', async () => {
      const of = (durationMs: number, over: object) => ({ durationMs, systems: ['Sirius'], ...over });
      await recorded(
        lastgood,
        { outcome: 'made', over: of(900, { tokens: 700, costUsd: 0.25 }) },
        { outcome: 'fresh', over: of(1, { savedUsd: 0.25, systems: ['Sirius', 'Vega'] }) },
        { outcome: 'fresh', over: of(3, { savedUsd: 0.25, systems: ['Vega'] }) },
        { outcome: 'stale', over: of(2, { savedUsd: null, systems: ['Vega'] }) },
        { outcome: 'refresh', over: of(5_000, { tokens: 300, costUsd: 0.5 }) },
        { outcome: 'fallback', over: of(100, { tokens: null, costUsd: null }) },
        { outcome: 'failed', over: of(200, {}) },
        { outcome: 'made', over: of(300, { tokens: null, costUsd: null }) },
        { outcome: 'invalid', over: of(4, { systems: [] }) },
        { outcome: 'fresh', agoMs: 2 * dayMs },
      );
      const { status, body } = await asked('');
      expect(status).toBe(200);
      expect(body).toEqual({
        from: expect.any(String),
        to: expect.any(String),
        requests: 8,
        hits: { fresh: 2, stale: 1 },
        misses: 4,
        made: 2,
        fallbacks: 1,
        failed: 1,
        invalid: 1,
        refreshes: 1,
        hitRate: 3 / 7,
        topSystems: [
          { system: 'Sirius', requests: 5 },
          { system: 'Vega', requests: 3 },
        ],
        durationMs: {
          all: { p50: 52, p95: expect.closeTo(690) },
          hits: { p50: 2, p95: expect.closeTo(2.9) },
        },
        tokens: 1_000,
        costUsd: { made: 0.75, saved: 0.5, unknown: 1 },
      });
      expect(Date.parse(body.to) - Date.parse(body.from)).toBe(dayMs);
    });

    it('tells of the period it is asked for, and of ten systems', async () => {
      const at = Date.now() - 10 * dayMs;
      const systems = Array.from({ length: 12 }, (_, n) => `system ${String.fromCharCode(97 + n)}`);
      await recorded(lastgood, { agoMs: 10 * dayMs, over: { systems } }, { agoMs: 9 * dayMs });
      const from = new Date(at - hourMs).toISOString();
      const to = new Date(at + hourMs).toISOString();
      const { body } = await asked(`?from=${from}&to=${to}`);
      expect(body).toMatchObject({ from, to, requests: 1 });
      expect(body.topSystems).toEqual(systems.slice(0, 10).map((system) => ({ system, requests: 1 })));
    });

    it('tells that there was nothing', async () => {
      const { body } = await asked('?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z');
      expect(body).toMatchObject({
        requests: 0,
        hitRate: null,
        topSystems: [],
        durationMs: { all: null, hits: null },
        costUsd: { made: 0, saved: 0, unknown: 0 },
      });
    });

    it.each([
      ['from=yesterday', 'from'],
      ['to=tomorrow', 'to'],
      ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['since=2025-01-01T00:00:00Z', ''],
    ])('refuses %s and names the field', async (query, path) => {
      const { status, body } = await asked(`?${query}`);
      expect([status, body.code]).toEqual([400, 'request-invalid']);
      expect(body.faults).toMatchObject([{ path }]);
    });

    it('is unavailable while the database is away', async () => {
      await lastgood.proxy.mode('refuse');
      try {
        expect((await asked('')).status).toBe(503);
      } finally {
        await lastgood.proxy.mode('pass');
      }
      await pollUntil(async () => (await asked('')).status === 200, 'it is there again');
    });
  });

  describe.each(['/api/v1/narratives', '/api/narrative'])('GET %s/stats (NA-8)', (base) => {
    it('tells what is held, how often it is hit, and by what it is made', async () => {
      await keepNarratives(lastgood, 'held');
      expect(keptNarratives(lastgood, 'held')).toEqual(['held']);
      const { status, body } = await lastgood.ask(`${base}/stats`, admin);
      expect(status).toBe(200);
      expect(body).toEqual({
        engine: expect.any(String),
        promptHash: expect.stringMatching(/^[0-9a-f]{10}$/),
        keys: { memory: 1, redis: null },
        bytes: { memory: expect.any(Number), redis: null },
        hits: 0,
        staleHits: 0,
        misses: 0,
        hitRate: null,
        analytics: { waiting: 0, dropped: expect.any(Number) },
      });
      expect(Number(body['bytes']!['memory'])).toBeGreaterThan(100);
    });

    it('tells all that this process knows while the database is away', async () => {
      await lastgood.proxy.mode('refuse');
      try {
        expect((await lastgood.ask(`${base}/stats`, admin)).status).toBe(200);
      } finally {
        await lastgood.proxy.mode('pass');
      }
    });
  });

  it.each(['/api/v1/narratives', '/api/narrative'])(
    'is for admins alone, and each call is on record with its address: %s (NA-8)',
    async (base) => {
      for (const [as, status] of [
        ['editor', 403],
        ['client', 403],
        [null, 401],
        ['admin', 200],
      ] as const)
        expect((await lastgood.ask(`${base}/stats`, { as })).status).toBe(status);
      await lastgood.app.get(AuditCallsService).flush();
      const calls = await lastgood.sql(
        `SELECT DISTINCT ip, status FROM lastgood.audit_calls WHERE route = $1 ORDER BY status`,
        [`${base}/stats`],
      );
      expect(calls).toEqual([200, 401, 403].map((status) => ({ ip: '127.0.0.1', status })));
    },
  );
});
