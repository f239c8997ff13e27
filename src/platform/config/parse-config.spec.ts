import { resolve } from 'node:path';
import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

const secret = 'hunter2';

function faultsOf(env: Environment, ownNames?: string[]): readonly string[] {
  try {
    parseConfig(env, ownNames);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('has a default for everything (CA-3)', () => {
    expect(parseConfig({})).toEqual({
      http: { port: 3000, host: '127.0.0.1', trustProxy: 0, shutdownDelayMs: 1_000 },
      client: { url: null, key: null },
      dataDir: resolve('.data'),
      alerts: { sentryDsn: null, webhookUrl: null },
      database: { url: null },
      migratesOnStart: true,
      redis: { url: null, evictionPolicy: 'allkeys-lru', applyEvictionPolicy: false },
      access: { jwt: null, metricsToken: null, adminRate: { perSecond: 10, burst: 20 } },
      cache: {
        prefix: 'lastgood',
        switches: {
          redis: true,
          staleWhileRevalidate: true,
          stampedeProtection: true,
          negativeResults: true,
        },
        staleAfterMs: 7 * 86_400_000,
        maxTtlMs: 30 * 86_400_000,
        maxValueBytes: 131_072,
        compressFromBytes: 65_536,
        memoryMaxEntries: 10_000,
        memoryMaxBytes: 67_108_864,
        diskMaxBytes: 268_435_456,
      },
      llm: { baseUrl: 'https://openrouter.ai/api/v1', apiKey: null, timeoutMs: 120_000 },
      changeFeed: 'listen',
      logLevel: 'info',
      modelConfig: {
        coldStart: 'last-known-good',
        maxAgeMs: undefined,
        staleIfErrorMs: undefined,
        staleAlarmMs: 3_600_000,
        pinRetentionMs: 2_592_000_000,
        snapshotSecret: null,
      },
      narratives: { engine: '1', promptHash: null },
      signals: { runtimeFile: resolve('config/runtime.yml'), allowedHosts: [], secrets: {} },
      catalog: expect.objectContaining({ baseUrl: null, apiKey: null }),
      lessons: {
        concurrency: 2,
        limits: {
          acceptScore: 0.85,
          goodEnoughScore: 0.75,
          maxIterations: 3,
          maxTokens: 500_000,
          maxMs: 1_800_000,
          agreementThreshold: 0.1,
        },
      },
    });
  });

  it('takes what is given, at the limits of what it may be, 0 for 0 and none for no limit (CA-3)', () => {
    const settings = parseConfig({
      PORT: '0',
      HOST: '::',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      DATA_DIR: '/var/lib/lastgood',
      DATABASE_URL: 'postgresql://u:p%40@db:5432/x?sslmode=require',
      MIGRATE_ON_START: 'false',
      REDIS_URL: 'rediss://:secret@cache:6380/2',
      CACHE_PREFIX: 'team-a.staging',
      CACHE_EVICTION_POLICY: 'noeviction',
      CACHE_EVICTION_POLICY_APPLY: 'true',
      ENABLE_REDIS_CACHE: 'false',
      ENABLE_SWR: 'false',
      ENABLE_STAMPEDE_PROTECTION: 'false',
      ENABLE_NEGATIVE_CACHE: 'false',
      JWT_JWKS_URL: 'https://id.example/keys',
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'lastgood',
      JWT_ALGORITHMS: 'ES256, EdDSA',
      JWT_ROLE_CLAIM: 'https://example/role',
      ADMIN_RATE_PER_SECOND: '1',
      ADMIN_RATE_BURST: '1000000',
      STALE_DAYS: '0',
      TTL_DAYS: '1',
      CACHE_MAX_VALUE_BYTES: '1024',
      CACHE_COMPRESS_THRESHOLD: '0',
      CACHE_MEMORY_MAX_ENTRIES: '1',
      CACHE_MEMORY_MAX_BYTES: '1048576',
      CACHE_DISK_MAX_BYTES: '1048576',
      LLM_BASE_URL: 'http://models.internal:8080/api/v1/',
      LLM_API_KEY: 'sk-or-v1-0123',
      LLM_TIMEOUT_MS: '600000',
      CHANGE_FEED: 'poll',
      LOG_LEVEL: 'silent',
      MODEL_CONFIG_COLD_START: 'fail',
      MODEL_CONFIG_MAX_AGE_MS: '2000',
      MODEL_CONFIG_STALE_IF_ERROR_MS: '0',
      MODEL_CONFIG_STALE_ALARM_MS: '2147483647',
      SHUTDOWN_DELAY_MS: '0',
      SENTRY_DSN: 'https://key@o1.example.org/sub/7',
      ALERT_WEBHOOK_URL: 'https://u:p@example.org/x?y=z',
      METRICS_TOKEN: 'sixteen-letters.',
      MODEL_CONFIG_PIN_RETENTION_DAYS: '1',
      SNAPSHOT_SECRET: 'a secret of the snapshots, 32 bytes',
      LASTGOOD_URL: 'https://lastgood.example/',
      LASTGOOD_KEY: 'lgk_0123',
    });
    expect(settings).toEqual({
      http: { port: 0, host: '::', trustProxy: ['10.0.0.0/8', '::1'], shutdownDelayMs: 0 },
      dataDir: '/var/lib/lastgood',
      client: { url: 'https://lastgood.example/', key: 'lgk_0123' },
      alerts: { sentryDsn: 'https://key@o1.example.org/sub/7', webhookUrl: 'https://u:p@example.org/x?y=z' },
      database: { url: 'postgresql://u:p%40@db:5432/x?sslmode=require' },
      migratesOnStart: false,
      redis: {
        url: 'rediss://:secret@cache:6380/2',
        evictionPolicy: 'noeviction',
        applyEvictionPolicy: true,
      },
      access: {
        jwt: {
          issuer: 'https://id.example',
          audience: 'lastgood',
          algorithms: ['ES256', 'EdDSA'],
          secret: null,
          keySetUrl: 'https://id.example/keys',
          roleClaim: 'https://example/role',
        },
        metricsToken: 'sixteen-letters.',
        adminRate: { perSecond: 1, burst: 1_000_000 },
      },
      cache: {
        prefix: 'team-a.staging',
        switches: {
          redis: false,
          staleWhileRevalidate: false,
          stampedeProtection: false,
          negativeResults: false,
        },
        staleAfterMs: 0,
        maxTtlMs: 86_400_000,
        maxValueBytes: 1_024,
        compressFromBytes: 0,
        memoryMaxEntries: 1,
        memoryMaxBytes: 1_048_576,
        diskMaxBytes: 1_048_576,
      },
      llm: { baseUrl: 'http://models.internal:8080/api/v1/', apiKey: 'sk-or-v1-0123', timeoutMs: 600_000 },
      changeFeed: 'poll',
      logLevel: 'silent',
      lessons: parseConfig({}).lessons,
      narratives: parseConfig({}).narratives,
      signals: parseConfig({}).signals,
      catalog: parseConfig({}).catalog,
      modelConfig: {
        coldStart: 'fail',
        maxAgeMs: 2_000,
        staleIfErrorMs: 0,
        staleAlarmMs: 2_147_483_647,
        pinRetentionMs: 86_400_000,
        snapshotSecret: 'a secret of the snapshots, 32 bytes',
      },
    });
    expect(parseConfig({ MODEL_CONFIG_STALE_IF_ERROR_MS: 'none' }).modelConfig.staleIfErrorMs).toBeNull();
    expect(parseConfig({ CACHE_DISK_MAX_BYTES: 'none' }).cache.diskMaxBytes).toBeNull();
  });

  it('takes what is empty for unset, as compose files write it', () => {
    const names = 'PORT HOST DATA_DIR DATABASE_URL CHANGE_FEED MODEL_CONFIG_STALE_IF_ERROR_MS'.split(' ');
    const empty = Object.fromEntries([...names, 'MODEL_CONFIG_TYPO'].map((name) => [name, '']));
    expect(parseConfig({ ...empty, LOG_LEVEL: undefined })).toEqual(parseConfig({}));
  });

  it('is frozen, all the way down', () => {
    const settings = parseConfig({});
    const parts = [settings, settings.http, settings.database, settings.modelConfig];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it.each([
    ['PORT', '65536', 'a whole number from 0 to 65535; got "65536"'],
    ['PORT', '80.5', 'a whole number from 0 to 65535; got "80.5"'],
    ['PORT', '0x50', 'a whole number from 0 to 65535; got "0x50"'],
    ['PORT', ' 80', 'a whole number from 0 to 65535; got " 80"'],
    ['PORT', '-1', 'a whole number from 0 to 65535; got "-1"'],
    ...[
      'true',
      '11',
      '-1',
      '10.0.0.0/33',
      '10.0.0.0/0',
      '10.0.0/8',
      '::1/129',
      'proxy',
      '10.0.0.1,',
      '::1/64/64',
    ].map((text): [string, string, string] => [
      'TRUST_PROXY',
      text,
      `a whole number from 0 to 10, or IP addresses and CIDR ranges separated by commas; got "${text}"`,
    ]),
    ['LLM_TIMEOUT_MS', '999', 'a whole number from 1000 to 600000; got "999"'],
    ['LLM_TIMEOUT_MS', '600001', 'a whole number from 1000 to 600000; got "600001"'],
    ['CHANGE_FEED', 'LISTEN', 'one of "listen", "poll"; got "LISTEN"'],
    ['LOG_LEVEL', 'trace', 'one of "fatal", "error", "warn", "info", "debug", "silent"; got "trace"'],
    ['MODEL_CONFIG_COLD_START', 'yes', 'one of "last-known-good", "fail"; got "yes"'],
    ['MODEL_CONFIG_MAX_AGE_MS', '1999', 'a whole number from 2000 to 2147483647; got "1999"'],
    ['MODEL_CONFIG_MAX_AGE_MS', 'none', 'a whole number from 2000 to 2147483647; got "none"'],
    [
      'MODEL_CONFIG_STALE_IF_ERROR_MS',
      'never',
      'a whole number from 0 to 2147483647, or "none"; got "never"',
    ],
    ['MODEL_CONFIG_STALE_IF_ERROR_MS', '-1', 'a whole number from 0 to 2147483647, or "none"; got "-1"'],
    ['SNAPSHOT_SECRET', 'too short', 'at least 32 bytes long; got "…"'],
    [
      'METRICS_TOKEN',
      'fifteen-letters',
      'from 16 to 512 characters of printable ASCII without blanks; got "…"',
    ],
    [
      'METRICS_TOKEN',
      'lgbg_sixteen-letters',
      'a token that does not begin as a key does, with `lg_` or `lgbg_`; got "…"',
    ],
    ['MODEL_CONFIG_PIN_RETENTION_DAYS', '0', 'a whole number from 1 to 3650; got "0"'],
    ['MODEL_CONFIG_STALE_ALARM_MS', '999', 'a whole number from 1000 to 2147483647; got "999"'],
  ])('refuses %s=%s, and says what it must be', (name, value, problem) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: must be ${problem}`]);
  });

  it.each([
    [`mysql://user:${secret}@db/x`],
    [`user:${secret}@db`],
    [`postgres://user:${secret}@db:port/x`],
    [`postgres://${secret}@[`],
  ])('says what is wrong with a URL, once, and never shows it (%#)', (url) => {
    const faults = faultsOf({ DATABASE_URL: url });
    expect(faults).toEqual([expect.stringMatching(/^DATABASE_URL: must be a URL that .*; got "…"$/)]);
    expect(() => parseConfig({ DATABASE_URL: url })).not.toThrow(secret);
  });

  it.each([
    ['SENTRY_DSN', `https://${secret}@host/no-number`],
    ['SENTRY_DSN', `https://host/1?${secret}`],
    ['ALERT_WEBHOOK_URL', `ftp://u:${secret}@host/`],
    ['ALERT_WEBHOOK_URL', `https://u:${secret}@host:port/`],
  ])('says what is wrong with %s and never shows it (%#) (MC-21)', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: must be a (URL|DSN) .*; got "…"$`)),
    ]);
    expect(() => parseConfig({ [name]: value })).not.toThrow(secret);
  });

  it.each([
    ['LLM_BASE_URL', `ftp://${secret}/v1`, 'a URL that begins with http:// or https://'],
    ['LLM_BASE_URL', `https://${secret}:port/`, 'a URL that can be parsed'],
    ['LLM_BASE_URL', `https://u:${secret}@host/v1`, 'a URL without credentials, `?` and `#`'],
    ['LLM_BASE_URL', `https://host/v1?key=${secret}`, 'a URL without credentials, `?` and `#`'],
    ['LLM_BASE_URL', `https://host/v1#${secret}`, 'a URL without credentials, `?` and `#`'],
    ['LLM_API_KEY', `${secret}\n`, 'printable ASCII without blanks'],
    ['LLM_API_KEY', `Bearer ${secret}`, 'printable ASCII without blanks'],
  ])('says what is wrong with %s and never shows it (%#) (LE-2)', (name, value, form) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: must be ${form}; got "…"`]);
    expect(() => parseConfig({ [name]: value })).not.toThrow(secret);
  });

  it('tells every fault at once, each by its name', () => {
    const env = { PORT: 'x', CHANGE_FEED: 'y', DATABASE_URL: 'z', MODEL_CONFIG_MAX_AGE: '1' };
    expect(faultsOf(env).map((fault) => fault.split(':')[0])).toEqual([
      'MODEL_CONFIG_MAX_AGE',
      'PORT',
      'DATABASE_URL',
      'CHANGE_FEED',
    ]);
    expect(() => parseConfig(env)).toThrow(
      expect.objectContaining({
        code: 'settings-invalid',
        message: expect.stringMatching(/^4 settings are wrong:\n {2}/),
      }),
    );
    expect(() => parseConfig({ PORT: 'x' })).toThrow('1 setting is wrong:\n  PORT: must be');
  });
});
