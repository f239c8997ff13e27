import { register } from 'prom-client';
import { simulatedLessonModel } from '../src/testing/index.js';
import { CaptureServer } from './support/capture-server.js';
import { describeRedis } from './support/describe-redis.js';
import { itemsIn } from './support/item-namespace.js';
import { LessonRig } from './support/lesson-rig.js';
import { dashboards, queries, rules, runbookBlocks } from './support/monitoring-files.js';
import { patient } from './support/patient.js';
import { pollUntil } from './support/poll-until.js';
import { groupedBy, usesIn } from './support/promql.js';
import { RedisServer } from './support/redis-server.js';

/** What Prometheus adds to whatever it scrapes. */
const ofEveryTarget = ['job', 'instance'];

/** Everything that has ever happened to this process is in what it tells, as in one that has run for long. */
describeRedis('rules and dashboards against a live scrape (OP-5, OP-6)', () => {
  let redis: RedisServer;
  let channel: CaptureServer;
  let rig: LessonRig;
  /** Metric → its labels. */
  const known = new Map<string, Set<string>>();

  beforeAll(async () => {
    redis = await RedisServer.start();
    channel = await CaptureServer.start();
    // Judges who disagree, so that there is something to tell of how far they agree.
    const scores = [0.95, 0.78, 0.77, 0.92];
    const score = (verdict: number) => scores[Math.min(verdict, scores.length) - 1]!;
    rig = await LessonRig.start(simulatedLessonModel({ score }), {
      REDIS_URL: redis.url,
      ALERT_WEBHOOK_URL: `http://${channel.host}/`,
    });
    const { app } = rig;
    patient(app.app);
    await pollUntil(() => scrapes('cache_breaker_state{tier="redis"} 0'), 'Redis is there');
    await useCaches();
    // The planner's own model is gone: its fallback writes.
    const planner = await rig.config.getModelForPhase('stage_6_planner', { language: 'en' });
    rig.upstream.behave('retired', { model: planner.modelId });
    await rig.write();
    await app.proxy.mode('refuse');
    await pollUntil(() => scrapes('degraded{'), 'it is degraded');
    await learn();
    await app.proxy.mode('pass');
  });

  afterAll(async () => {
    await rig.dispose();
    channel.close();
    await redis.stop();
  });

  const scrape = async () => (await rig.app.ask('/metrics', { as: 'viewer' })).text;
  const scrapes = async (text: string) => (await scrape()).includes(`\n${text}`);

  /** A load under a lock, a refresh behind a stale answer, and bytes in Redis that nobody can read. */
  async function useCaches(): Promise<void> {
    const items = itemsIn(rig.app, { onDisk: false });
    await items.reader.get('old');
    items.reader.cache.invalidate('old');
    await items.reader.get('old');
    await pollUntil(() => scrapes('cache_refresh_total{cache_type="items",result="success"}'), 'a refresh');
    let round = 0;
    const isCorrupt = async () => {
      const key = `garbled-${++round}`;
      await items.reader.get(key);
      await pollUntil(async () => (await redis.admin.keys(`*${key}*`)).length === 1, 'it is in Redis');
      const [name] = await redis.admin.keys(`*${key}*`);
      await redis.admin.set(name!, 'garbage');
      items.reader.cache.clear();
      await items.reader.get(key);
      return scrapes('cache_corrupt_total{');
    };
    await pollUntil(isCorrupt, 'what cannot be read is counted');
  }

  async function learn(): Promise<void> {
    const scraped = await scrape();
    for (const line of scraped.split('\n')) {
      const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      if (name === undefined) continue;
      const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label!);
      known.set(name, new Set([...(known.get(name) ?? []), ...names, ...ofEveryTarget]));
    }
    // Of a metric that has nothing to tell yet, such as what is looked at once a minute, the scrape has the name alone.
    for (const [, name, type] of scraped.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
      const { labelNames } = register.getSingleMetric(name!) as unknown as { labelNames: string[] };
      const own = type === 'histogram' ? [...labelNames, 'le'] : labelNames;
      for (const each of type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!])
        if (!known.has(each)) known.set(each, new Set([...own, ...ofEveryTarget]));
    }
    known.set('up', new Set(ofEveryTarget));
    known.set('ALERTS', new Set(['alertname', 'alertstate', 'severity']));
    for (const { record, expr } of rules)
      if (record !== undefined) known.set(record, new Set(groupedBy(expr) ?? recordLabels(expr)));
  }

  /** Of a record that is worked out from others. */
  function recordLabels(expr: string): string[] {
    return [...known.get(usesIn(expr)[0]!.metric)!];
  }

  it('each names only metrics that exist', () => {
    expect(queries.length).toBeGreaterThan(100);
    const unknown = queries.flatMap(({ where, expr }) =>
      usesIn(expr).flatMap(({ metric }) => (known.has(metric) ? [] : [`${where}: ${metric}`])),
    );
    expect(unknown).toEqual([]);
  });

  it('each asks a metric only for labels that it has', () => {
    const unknown = queries.flatMap(({ where, expr }) =>
      usesIn(expr).flatMap(({ metric, labels }) =>
        [...labels]
          .filter((label) => !known.get(metric)!.has(label))
          .map((label) => `${where}: ${metric}{${label}}`),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it('legends name only labels that the answer has', () => {
    const unknown = dashboards.flatMap(({ uid, panels }) =>
      panels.flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ expr: raw, legendFormat }) => {
          const expr = raw.replaceAll(/\$__(rate_interval|range)/g, '5m');
          const has = new Set(groupedBy(expr) ?? known.get(usesIn(expr)[0]!.metric)!);
          const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
          return named.filter((label) => !has.has(label)).map((label) => `${uid}: ${title}: ${label}`);
        }),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it('runbooks ask Postgres for nothing that it does not have', async () => {
    expect(runbookBlocks('sql').length).toBeGreaterThan(2);
    for (const { text } of runbookBlocks('sql')) expect(await rig.app.sql(text)).toEqual(expect.any(Array));
  });

  it('a metric that is misspelt, or asked for a label that it lacks, is found', () => {
    const [use] = usesIn('sum by (routes) (rate(http_request_total{job="lastgood"}[5m]))');
    expect(known.has(use!.metric)).toBe(false);
    expect([...use!.labels].toSorted()).toEqual(['job', 'routes']);
    expect(() => usesIn('sum by (route (up)')).toThrow('No PromQL');
  });
});
