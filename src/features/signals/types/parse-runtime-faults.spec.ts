import { stringify } from 'yaml';
import { parseRuntime } from './parse-runtime.js';
import { RuntimeInvalidError } from './runtime-invalid.error.js';

const context = { dataDir: '/data', secrets: { odds_key: 'sesame' } };
const push = { ttl: '60s', key: 'odds:{game_id}', source: 'push' };
const parse = (signals: unknown) => parseRuntime(stringify({ signals }), context);

function faultsOf(signals: unknown): readonly string[] {
  try {
    parse(signals);
  } catch (error) {
    if (error instanceof RuntimeInvalidError) return error.faults;
    throw error;
  }
  return [];
}
const faultsOfType = (type: Record<string, unknown>) => faultsOf({ types: { odds: { ...push, ...type } } });

describe('faults of runtime.yml', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['ttl', { ttl: '60' }, 'signals.types.odds.ttl: must be a duration such as 60s, 24h; got "60"'],
    ['ttl', { ttl: '1ms' }, 'signals.types.odds.ttl: must be a duration from 1s to 2592000s; got "1ms"'],
    ['ttl', { ttl: undefined }, 'signals.types.odds.ttl: must be a duration such as 60s, 24h; got nothing'],
    [
      'key',
      { key: 'odds' },
      'signals.types.odds.key: must be as odds:{game_id}:{book}: constants, then placeholders, each once; got "odds"',
    ],
    [
      'source',
      { source: 'pull' },
      'signals.types.odds.source: must be push, { http: url } or { feeds: { name: url } }',
    ],
    [
      'source',
      { source: { http: 'ftp://x/{game_id}' } },
      'signals.types.odds.source.http: must be a URL that begins with https://, or http:// for an allowed host, without credentials',
    ],
    [
      'source',
      { source: { http: 'https://x.example/{game_id}', feed: 1 } },
      'signals.types.odds.source.feed: must not be there, it means nothing',
    ],
    [
      'source',
      { source: { http: 'https://x.example/{game_id}/{game}' } },
      'signals.types.odds.source.http: must use the placeholders of the key alone; {game} is none of them',
    ],
    [
      'source',
      { source: { http: 'https://x.example/all' } },
      'signals.types.odds.source.http: must use every placeholder of the key; {game_id} is not used',
    ],
    [
      'source',
      { source: { http: 'https://x.example/{game_id}#a' } },
      'signals.types.odds.source.http: must have no #',
    ],
    [
      'source',
      { source: { http: 'https://x.example/{game_id}', headers: { 'X-Key': { secret: 'none' } } } },
      'signals.types.odds.source.headers.X-Key: must name a secret of SIGNALS_SECRETS; there is no "none"',
    ],
    [
      'source',
      { source: { http: 'https://x.example/{game_id}', headers: { Host: 'a' } } },
      'signals.types.odds.source.headers.Host: must not be a header that each request sets by itself',
    ],
    [
      'source',
      { source: { feeds: { a: 'https://a.example' } } },
      'signals.types.odds.key: of a type with feeds must have 2 placeholders, feed and article; got 1',
    ],
    ['size_class', { size_class: 'huge' }, 'signals.types.odds.size_class: must be one of hot, large'],
    ['access', { access: 'warm' }, 'signals.types.odds.access: must be one of hot, cold'],
    ['tiers', { tiers: ['redis', 'redis'] }, 'signals.types.odds.tiers: must name each tier once'],
    ['tiers', { tiers: ['tape'] }, 'signals.types.odds.tiers[0]: must be one of redis, disk'],
    [
      'refresh_ahead',
      { refresh_ahead: '200%' },
      'signals.types.odds.refresh_ahead: must be a share from 10% to 95%, or 0.1 to 0.95; got "200%"',
    ],
    ['schema', { schema: { type: 'odd' } }, 'signals.types.odds.schema: must be a JSON Schema 2020-12'],
    [
      'schema_version',
      { schema_version: 0 },
      'signals.types.odds.schema_version: must be a whole number from 1 to 1000000',
    ],
    [
      'observed_at',
      { observed_at: 'timestamp' },
      'signals.types.odds.observed_at: must be a JSON pointer such as /timestamp or /data/0/at',
    ],
    [
      'max_value_kb',
      { max_value_kb: 0.5 },
      'signals.types.odds.max_value_kb: must be a whole number from 1 to 5120',
    ],
    [
      'ttl_by_start',
      { ttl_by_start: { starts_at: '/s', steps: [{ before: '0s', ttl: '61s' }] } },
      'signals.types.odds.ttl_by_start.steps: the step of 0s must have a ttl of at most 60s: nearer to the start it never grows',
    ],
    [
      'ttl_by_start',
      {
        ttl_by_start: {
          starts_at: '/s',
          steps: [
            { before: '1h', ttl: '20s' },
            { before: '0s', ttl: '30s' },
          ],
        },
      },
      'signals.types.odds.ttl_by_start.steps: the step of 0s must have a ttl of at most 20s: nearer to the start it never grows',
    ],
    [
      'ttl_by_start',
      {
        ttl_by_start: {
          starts_at: '/s',
          steps: [
            { before: '0s', ttl: '9s' },
            { before: '0s', ttl: '9s' },
          ],
        },
      },
      'signals.types.odds.ttl_by_start.steps: the step of 0s is there twice',
    ],
    ['unknown', { tll: '60s' }, 'signals.types.odds.tll: must not be there, it means nothing'],
  ])('names what is wrong with %s of a type: %j (SI-1)', (_name, told, fault) => {
    expect(faultsOfType(told).join('\n')).toContain(fault);
    expect(faultsOfType(told)).toHaveLength(1);
  });

  it('a placeholder in the host is refused (SI-5)', () => {
    const faults = faultsOfType({ source: { http: 'https://{game_id}.example/' } });
    expect(faults).toContain('signals.types.odds.source.http: must have no placeholder in its host');
  });

  it.each<[unknown, string]>([
    [
      { cleanup: { schedule: 'nightly' } },
      'signals.cleanup.schedule: must be a cron pattern that comes round, such as "0 2 * * *"',
    ],
    [{ cleanup: { max_minutes: 0 } }, 'signals.cleanup.max_minutes: must be a whole number from 1 to 1440'],
    [{ max_size_gb: 0 }, 'signals.max_size_gb'],
    [{ alarms: { disk_used_threshold: 'much' } }, 'signals.alarms.disk_used_threshold: must be a share from'],
    [{ types: { Odds: push } }, 'the name of a type must match'],
    [
      { types: { odds: push, live: { ...push, key: 'odds:{id}' } } },
      'signals.types.live.key: must not be able to make a key of type odds',
    ],
    [{ more: 1 }, 'signals.more: must not be there, it means nothing'],
  ])('names what is wrong with the rest: %j (SI-1)', (signals, fault) => {
    expect(faultsOf(signals).join('\n')).toContain(fault);
  });

  it('tells all faults at once (SI-1)', () => {
    const faults = faultsOf({
      max_size_gb: -1,
      cleanup: { schedule: 'x' },
      types: { odds: { ...push, ttl: 1, key: 2 } },
    });
    expect(faults).toHaveLength(4);
  });

  it('tells faults of the YAML itself, and a document that is something else (SI-1)', () => {
    expect(() => parseRuntime('signals: {a: 1, a: 2}', context)).toThrow(
      'line 1, column 17: Map keys must be unique',
    );
    expect(() => parseRuntime('[]', context)).toThrow('document');
    expect(() => parseRuntime('', context)).toThrow(RuntimeInvalidError);
  });

  it('no secret is told by an error (SI-1)', () => {
    const source = { http: 'https://x.example/', headers: { 'X-Key': { secret: 'odds_key' } } };
    expect(faultsOfType({ source }).join()).not.toContain('sesame');
  });

  it('tells of a cache_dir that is DATA_DIR itself, as all else at once (SI-1)', () => {
    expect(
      faultsOf({
        cache_dir: './x/..',
        types: { b: { ...push, key: 'b:{id}' }, c: { ...push, key: 'b:{id}' } },
      }),
    ).toEqual([
      'signals.types.c.key: must not be able to make a key of type b',
      'signals.cache_dir: must be another folder than DATA_DIR (/data)',
    ]);
    expect(faultsOf({ cache_dir: '/data/' })).toHaveLength(1);
  });
});
