import type { LastgoodEvent } from '../src/core/index.js';
import { EventBus } from '../src/platform/observability/index.js';
import type { Answer, Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp, type LogLine } from './support/test-app.js';

interface Phase {
  readonly maxTokens: number;
  readonly meta: { readonly isStale: boolean; readonly reason: string; readonly ageMs: number };
}
interface Health {
  readonly status: string;
  readonly details: { readonly configuration: { mode: string; since: string | null; reasons: string[] } };
}
interface Timed<B> {
  readonly at: number;
  readonly ms: number;
  readonly answer: Answer<B>;
}

const path = '/api/v1/config/phases/stage_4?language=ru';
const maxAgeMs = 2_000;

/** All that was seen of one outage. */
interface Outage {
  readonly began: number;
  readonly ended: number;
  readonly reads: Timed<Phase>[];
  readonly health: Timed<Health>[];
  /** The quickest answer of a route that looks at nothing. */
  readonly liveMs: number;
  readonly ready: Answer;
  readonly put: Timed<Json>;
  readonly versions: readonly number[];
  readonly events: LastgoodEvent[];
  readonly connections: number;
  readonly logs: LogLine[];
  readonly freshAgainMs: number;
}

const timed = async <B>(ask: () => Promise<Answer<B>>): Promise<Timed<B>> => {
  const at = Date.now();
  const start = performance.now();
  const answer = await ask();
  return { at, ms: performance.now() - start, answer };
};
const isGood = ({ body, headers }: Answer<Phase>, maxTokens: number) =>
  body.maxTokens === maxTokens && body.meta.reason === 'fresh' && !headers.has('degraded');

const lateSettings = {
  modelId: 'google/gemini-2.5-flash',
  temperature: 0,
  maxTokens: 1,
  maxContextTokens: 1,
  maxRetries: 0,
};

const isStale = ({ answer }: Timed<Phase>) => answer.body.meta.isStale;
const ages = (reads: Timed<Phase>[]) => reads.map(({ answer }) => answer.body.meta.ageMs);

describe('an outage of the database under 200 reads a second (MC-9, MC-20)', () => {
  let lastgood: TestApp;
  const events: LastgoodEvent[] = [];

  beforeAll(async () => {
    lastgood = await TestApp.start({ env: { MODEL_CONFIG_MAX_AGE_MS: String(maxAgeMs) } });
    lastgood.app.get(EventBus).subscribe((event) => events.push(event));
  });

  afterAll(() => lastgood.dispose());

  const health = () => lastgood.ask<Health>('/health', { as: 'viewer' });
  const editByHand = (maxTokens: number) =>
    lastgood.sql(`UPDATE lastgood.phase_configs SET max_tokens = $1 WHERE phase = 'stage_4'`, [maxTokens]);
  async function rehearse(
    mode: 'refuse' | 'black-hole' | 'reset',
    before: number,
    after: number,
  ): Promise<Outage> {
    await editByHand(before);
    await pollUntil(async () => isGood(await lastgood.ask(path), before), 'the process is fresh');
    const marks = { events: events.length, logs: lastgood.logs.length, connections: lastgood.proxy.accepted };
    const running: Promise<Timed<Phase>>[] = [];
    const reads: Timed<Phase>[] = [];
    const load = setInterval(() => {
      const read = timed(() => lastgood.ask<Phase>(path));
      running.push(read);
      void read.then((timing) => reads.push(timing));
    }, 5);
    try {
      await pollUntil(() => reads.length >= 20, 'the load runs');
      const version = await lastgood.version();
      const began = Date.now();
      await lastgood.proxy.mode(mode);
      const putting = timed(() => lastgood.put('/admin/phases/stage_5', lateSettings, '*'));
      await pollUntil(() => reads.at(-1)!.answer.body.meta.isStale, 'reads are stale', undefined, 5_000);
      const hasFailed = () => events.slice(marks.events).some(({ type }) => type === 'load-failed');
      await pollUntil(hasFailed, 'a load has failed');
      const enough = reads.length + 100;
      await pollUntil(() => reads.length >= enough, 'stale reads went on for a while');
      const healths: Timed<Health>[] = [];
      const lives: number[] = [];
      for (let i = 0; i < 10; i++) {
        healths.push(await timed(health));
        lives.push((await timed(() => lastgood.ask('/health/live', { as: null }))).ms);
      }
      const ready = await lastgood.ask('/health/ready', { as: null });
      const put = await putting;
      const versions = [version, await lastgood.version()];
      await editByHand(after);
      const ended = Date.now();
      const outage = {
        events: events.slice(marks.events),
        logs: lastgood.logs.slice(marks.logs),
        connections: lastgood.proxy.accepted - marks.connections,
      };
      await lastgood.proxy.mode('pass');
      await pollUntil(() => isGood(reads.at(-1)!.answer, after), 'the newest edit is served, fresh');
      return {
        began,
        ended,
        reads,
        health: healths,
        liveMs: Math.min(...lives),
        ready,
        put,
        versions,
        ...outage,
        freshAgainMs: Date.now() - ended,
      };
    } finally {
      clearInterval(load);
      await Promise.allSettled(running);
    }
  }

  describe.each([
    ['refused', 'refuse', 1_000, 1_001],
    ['a black hole', 'black-hole', 1_001, 1_002],
    ['reset', 'reset', 1_002, 1_003],
  ] as const)('connections are %s', (_, mode, before, after) => {
    let outage: Outage;
    const during = () => outage.reads.filter(({ at }) => at > outage.began && at < outage.ended);

    beforeAll(async () => {
      outage = await rehearse(mode, before, after);
    });

    it('no read fails, and none waits for the database', () => {
      expect(during().length).toBeGreaterThan(100);
      expect(outage.reads.filter(({ answer }) => answer.status !== 200)).toEqual([]);
      // A read that waited for the database would not be one among many; a machine that stalls holds up a few.
      const waits = during().map(({ ms }) => ms);
      expect(waits.filter((ms) => ms >= 500).length).toBeLessThan(waits.length / 10);
    });

    it('every read gets the last good values until the end, and the newest edit after it', () => {
      expect(new Set(during().map(({ answer }) => answer.body.maxTokens))).toEqual(new Set([before]));
      expect(outage.reads.at(-1)!.answer.body.maxTokens).toBe(after);
    });

    it('answers say degraded within 5 s and then throughout, with the age', () => {
      const first = during().find(({ answer }) => answer.headers.has('degraded'))!;
      expect(first.at - outage.began).toBeLessThan(5_000);
      for (const { answer } of during().filter(({ at }) => at > first.at)) {
        const [, age] = /^model-config; age=(\d+)$/.exec(answer.headers.get('degraded') ?? '') ?? [];
        expect(Math.abs(Number(age) - answer.body.meta.ageMs / 1_000)).toBeLessThan(2);
      }
    });

    it('they turn stale past maxAge and not before', () => {
      const [stale, fresh] = [during().filter(isStale), during().filter((read) => !isStale(read))];
      expect(Math.min(...ages(stale))).toBeGreaterThanOrEqual(maxAgeMs * 0.9);
      expect(Math.max(...ages(fresh))).toBeLessThan(maxAgeMs);
    });

    it('stale ones say why, in the body and in Cache-Status alike', () => {
      const known = ['revalidating', 'origin-failed', 'backing-off'];
      for (const { answer } of during().filter(isStale)) {
        const { reason } = answer.body.meta;
        expect(known).toContain(reason);
        expect(answer.headers.get('cache-status')).toMatch(new RegExp(`; ttl=(0|-\\d+); detail=${reason}$`));
      }
    });

    it('/health answers from memory, with the beginning and the reasons, and the process stays ready', () => {
      const { answer } = outage.health[0]!;
      expect(answer).toMatchObject({ status: 200, body: { status: 'degraded' } });
      const { mode: status, since, reasons } = answer.body.details.configuration;
      expect(status).toBe('degraded');
      expect(reasons).toEqual(expect.arrayContaining(['postgres-unreachable:config', 'stale:model-config']));
      expect(Date.parse(since!)).toBeGreaterThanOrEqual(outage.began);
      expect(Date.parse(since!)).toBeLessThan(outage.began + 5_000);
      expect(new Set(outage.health.map((each) => each.answer.body.details.configuration.since)).size).toBe(1);
      // Whoever asked a dependency would wait for its deadline.
      expect(Math.min(...outage.health.map(({ ms }) => ms))).toBeLessThan(10 * outage.liveMs);
      expect(outage.ready).toMatchObject({ status: 200, body: { status: 'ready', mode: 'degraded' } });
    });

    it('an edit is refused with 503 and Retry-After within 3 s, and nothing of it is done', () => {
      const { answer, ms } = outage.put;
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'database-unavailable', requestId: answer.headers.get('x-request-id') },
      });
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(ms).toBeLessThan(3_000);
      expect(outage.versions[1]).toBe(outage.versions[0]);
    });

    it('loads and polls of the database are bounded, not one for each read', () => {
      const count = (type: LastgoodEvent['type']) =>
        outage.events.filter((event) => event.type === type).length;
      const seconds = (outage.ended - outage.began) / 1_000;
      expect(count('stale-answer')).toBeGreaterThan(80);
      expect(count('load-failed')).toBeGreaterThan(0);
      // Five streams, three of them with one pinned namespace each.
      expect(count('load-failed')).toBeLessThanOrEqual(15);
      expect(count('feed-failed')).toBeLessThanOrEqual(Math.ceil(seconds / 0.8) * 5 + 5);
      expect(outage.connections).toBeLessThan(80);
    });

    it('the log warns once of each thing, and asks for nobody', () => {
      const warnings = outage.logs
        .filter(({ level }) => level === 'warn')
        .map(({ msg, stream = '' }) => `${String(msg)} ${String(stream)}`.trim());
      expect(warnings.toSorted()).toEqual([
        'database does not answer access',
        'database does not answer cache',
        'database does not answer catalog',
        'database does not answer config',
        'database does not answer prompts',
        'load failed, what is held stays',
        'serving stale',
      ]);
      expect(outage.logs).toContainEqual(
        expect.objectContaining({ msg: 'serving stale', subject: 'phase "stage_4", language "ru"' }),
      );
      expect(outage.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
    });

    it('ends within 5 s of the return, for /health as well', async () => {
      expect(outage.freshAgainMs).toBeLessThan(5_000);
      await pollUntil(async () => (await health()).body.status === 'ok', 'health is ok', undefined, 5_000);
      expect((await health()).body.details.configuration).toMatchObject({
        mode: 'ok',
        since: null,
        reasons: [],
      });
    });
  });

  it('a process that cannot reach its database any more still ends in good order, within 5 s', async () => {
    await lastgood.proxy.mode('black-hole');
    const start = Date.now();
    await lastgood.app.close();
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
