import type { AnalyticsAnswer } from '../src/features/narratives/analytics/analytics.answers.js';
import { NarrativeReports } from '../src/features/narratives/analytics/narrative-reports.service.js';
import { seededRandom } from './support/seeded-random.js';
import { TestApp } from './support/test-app.js';

interface Row {
  readonly at: number;
  readonly userId: string | null;
  readonly outcome: string;
  readonly durationMs: number;
  readonly systems: readonly string[];
  readonly tokens: number | null;
  readonly costUsd: number | null;
  readonly savedUsd: number | null;
}

const outcomes = ['fresh', 'stale', 'made', 'fallback', 'invalid', 'failed', 'refresh'];
const systems = ['Vega', 'vega', 'Sirius', 'Lyra', 'é', 'z', 'Z', '昴', '7', 'a', 'b', 'c', 'd'];
/** Where clocks change in Los Angeles, and a month ends in UTC: 2026-11-01T00:00:00Z. */
const border = Date.UTC(2026, 10, 1);
const hourMs = 3_600_000;

/** As it would be counted by hand. */
function countByHand(all: readonly Row[], fromMs: number, toMs: number): AnalyticsAnswer {
  const rows = all.filter(({ at }) => at >= fromMs && at < toMs);
  const asked = rows.filter(({ outcome }) => outcome !== 'refresh');
  const of = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  const hits = asked.filter(({ outcome }) => outcome === 'fresh' || outcome === 'stale');
  const misses = of('made') + of('fallback') + of('failed');
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const counts = new Map<string, number>();
  for (const { systems: named } of asked)
    for (const one of named) counts.set(one, (counts.get(one) ?? 0) + 1);
  const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    requests: asked.length,
    hits: { fresh: of('fresh'), stale: of('stale') },
    misses,
    made: of('made'),
    fallbacks: of('fallback'),
    failed: of('failed'),
    invalid: of('invalid'),
    refreshes: of('refresh'),
    hitRate: hits.length + misses === 0 ? null : hits.length / (hits.length + misses),
    topSystems: [...counts]
      .map(([system, requests]) => ({ system, requests }))
      .toSorted((one, other) => other.requests - one.requests || byBytes(one.system, other.system))
      .slice(0, 10),
    durationMs: { all: quantiles(asked), hits: quantiles(hits) },
    tokens: sum(rows.map(({ tokens }) => tokens)),
    costUsd: {
      made: expect.closeTo(sum(rows.map(({ costUsd }) => costUsd)), 6) as number,
      saved: expect.closeTo(sum(rows.map(({ savedUsd }) => savedUsd)), 6) as number,
      unknown: rows.filter(({ outcome, costUsd }) => /made|refresh/.test(outcome) && costUsd === null).length,
    },
  };
}

function quantiles(rows: readonly Row[]): { p50: number; p95: number } | null {
  const sorted = rows.map(({ durationMs }) => durationMs).toSorted((one, other) => one - other);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
  };
  const close = (value: number) => expect.closeTo(value, 6) as number;
  return sorted.length === 0 ? null : { p50: close(at(0.5)), p95: close(at(0.95)) };
}

describe('a report (NA-8)', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    lastgood = await TestApp.start();
    await lastgood.sql(`SELECT lastgood.keep_narrative_months('2026-10-01Z', '2026-12-01Z')`);
  });
  beforeEach(() => lastgood.sql('DELETE FROM lastgood.narrative_requests'));
  afterAll(() => lastgood.dispose());

  const insert = (rows: readonly Row[]) =>
    lastgood.sql(
      `INSERT INTO lastgood.narrative_requests
       SELECT to_timestamp(r.at / 1000), r."userId", 'key', r.outcome, r."durationMs", r.systems, r.tokens, r."costUsd", r."savedUsd"
       FROM jsonb_to_recordset($1::jsonb) AS r(at float8, "userId" text, outcome text, "durationMs" float8,
         systems text[], tokens integer, "costUsd" float8, "savedUsd" float8)`,
      [JSON.stringify(rows)],
    );

  it.each([1, 2, 3, 4, 5])(
    'counts as would be counted by hand, over the end of a month too: seed %d',
    async (seed) => {
      const dice = seededRandom(seed);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)]!;
      const maybe = (value: number) => (dice() < 0.2 ? null : value);
      const rows = Array.from({ length: Math.floor(dice() * 400) }, (): Row => ({
        // Some of them at the borders of the periods, to the millisecond.
        at:
          border + Math.floor((dice() - 0.5) * 8) * hourMs + (dice() < 0.5 ? 0 : Math.floor(dice() * hourMs)),
        userId: pick([null, 'ann', 'bob']),
        outcome: pick(outcomes),
        durationMs: dice() < 0.1 ? 0 : dice() * 25_000,
        systems: [[], [pick(systems)], [pick(systems), pick(systems)]][Math.floor(dice() * 3)]!,
        tokens: maybe(Math.floor(dice() * 5_000)),
        costUsd: maybe(dice()),
        savedUsd: maybe(dice()),
      }));
      await insert(rows);
      for (const [fromMs, toMs] of [
        [border - 4 * hourMs, border + 4 * hourMs],
        [border - hourMs, border],
        [border, border + 1],
        [border + 50 * hourMs, border + 60 * hourMs],
      ] as const)
        expect(await lastgood.app.get(NarrativeReports).read({ fromMs, toMs })).toEqual(
          countByHand(rows, fromMs, toMs),
        );
    },
  );
});
