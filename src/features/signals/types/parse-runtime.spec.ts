import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { parseRuntime } from './parse-runtime.js';

const context = { dataDir: '/data', secrets: { odds_key: 'sesame' } };
const push = { ttl: '60s', key: 'odds:{game_id}', source: 'push' };
const http = {
  ttl: '60s',
  key: 'lines:{game_id}:{book}',
  source: { http: 'https://o.example/{game_id}?b={book}' },
};

const parse = (signals: unknown) => parseRuntime(stringify({ signals }), context);
const typesOf = (types: unknown) => parse({ types }).types;

describe('parseRuntime', () => {
  it('takes the file that comes with the package: features, news and odds (SI-1, SI-2)', () => {
    const runtime = parseRuntime(readFileSync(resolve('config', 'runtime.yml'), 'utf8'), context);
    expect(runtime).toMatchObject({
      cacheDir: '/data/signals',
      maxDiskBytes: 10 * 1024 ** 3,
      cleanup: { schedule: '0 2 * * *', maxMs: 1_800_000 },
      alarms: { ttlViolations: 0.01, hitRatio: 0.8, diskUsed: 0.9 },
    });
    const { features, news, odds } = Object.fromEntries(runtime.types);
    expect(features).toMatchObject({
      ttlMs: 86_400_000,
      key: { text: 'llm:features:{cluster_id}:{date}' },
      tiers: ['redis'],
    });
    expect(news).toMatchObject({
      ttlMs: 3_600_000,
      key: { text: 'news:{source}:{article_id}' },
      tiers: ['disk'],
    });
    expect(odds).toMatchObject({ ttlMs: 60_000, key: { text: 'odds:{game_id}:{book}:{market}' } });
    expect(odds?.ttlByStart?.steps).toEqual([{ beforeMs: 0, ttlMs: 30_000 }]);
  });

  it('takes the shapes of signals as they are told, unknown as null (SI-2)', () => {
    const { types } = parseRuntime(readFileSync(resolve('config', 'runtime.yml'), 'utf8'), context);
    const evidence = [{ quote: 'He did not practise', url: 'https://a.example/1' }];
    const features = {
      qb_p_play: 0.4,
      injury_risk_core: null,
      weather_penalty_pass: -1.5,
      evidence,
      rest_days: 4,
    };
    expect(types.get('features')?.check(features)).toEqual([]);
    const odds = {
      event_id: 'e1',
      book: 'dk',
      market: 'h2h',
      side: 'home',
      price: 1.91,
      timestamp: '2026-01-01T00:00:00Z',
      implied_prob: 0.52,
      vig_adjusted_prob: null,
    };
    expect(types.get('odds')?.check(odds)).toEqual([]);
    expect(types.get('odds')?.check({ ...odds, market: 'corners', price: '1.91' })).toHaveLength(2);
    const news = {
      cluster_id: null,
      canonical_url: null,
      title: 'T',
      published_at: null,
      body: null,
      evidence_urls: [],
    };
    expect(types.get('news')?.check(news)).toEqual([]);
  });

  it('fills in what is left out (SI-1)', () => {
    expect(parse({})).toMatchObject({ cacheDir: '/data/signals', maxDiskBytes: 10 * 1024 ** 3 });
    const odds = typesOf({ odds: push }).get('odds');
    expect(odds).toMatchObject({
      name: 'odds',
      namespace: 'signals-odds',
      sizeClass: 'hot',
      tiers: ['redis'],
      schemaVersion: 1,
      refreshAheadShare: null,
      observedAt: null,
      ttlByStart: null,
      maxValueBytes: 65_536,
    });
    expect(odds?.check({ anything: 'goes' })).toEqual([]);
  });

  it('a type that is fetched is loaded ahead at 80 %, unless it is cold (SI-8)', () => {
    expect(typesOf({ lines: http }).get('lines')?.refreshAheadShare).toBe(0.8);
    expect(typesOf({ lines: { ...http, refresh_ahead: '90%' } }).get('lines')?.refreshAheadShare).toBe(0.9);
    expect(typesOf({ lines: { ...http, access: 'cold' } }).get('lines')?.refreshAheadShare).toBeNull();
  });

  it('a new type needs no code: source, headers with secrets, tiers, limits (SI-1)', () => {
    const source = {
      ...http.source,
      value_at: '/data',
      headers: { 'X-Key': { secret: 'odds_key' }, 'X-Plain': 'yes' },
    };
    const told = {
      ...http,
      source,
      size_class: 'large',
      tiers: ['disk', 'redis'],
      max_value_kb: 200,
      schema_version: 3,
    };
    expect(typesOf({ lines: told }).get('lines')).toMatchObject({
      source: {
        kind: 'http',
        url: 'https://o.example/{game_id}?b={book}',
        valueAt: '/data',
        headers: { 'X-Key': 'sesame', 'X-Plain': 'yes' },
      },
      tiers: ['redis', 'disk'],
      maxValueBytes: 204_800,
      schemaVersion: 3,
    });
    const feeds = typesOf({
      news: { ttl: '1h', key: 'news:{feed}:{article}', source: { feeds: { a: 'https://a.example/' } } },
    });
    expect(feeds.get('news')?.source).toMatchObject({
      kind: 'feed',
      feeds: new Map([['a', 'https://a.example/']]),
    });
  });

  it('steps towards the start are put in order (SI-8)', () => {
    const steps = [
      { before: '0s', ttl: '30s' },
      { before: '1h', ttl: '60s' },
    ];
    const odds = typesOf({
      odds: { ...push, ttl: '120s', ttl_by_start: { starts_at: '/starts_at', steps } },
    }).get('odds');
    expect(odds?.ttlByStart?.steps).toEqual([
      { beforeMs: 3_600_000, ttlMs: 60_000 },
      { beforeMs: 0, ttlMs: 30_000 },
    ]);
  });

  it('an absolute cache_dir is taken as it is (SI-1)', () => {
    expect(parse({ cache_dir: '/var/signals', max_size_gb: 0.5 })).toMatchObject({
      cacheDir: '/var/signals',
      maxDiskBytes: 536_870_912,
    });
  });

  it('what it makes is frozen (SI-1)', () => {
    expect(Object.isFrozen(parse({ types: { odds: push } }))).toBe(true);
  });
});
