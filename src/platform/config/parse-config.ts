import { join, resolve } from 'node:path';
import { environment, environmentSchema } from './environment.js';
import { catalogSettings } from './catalog-settings.js';
import { packageRoot } from './package-root.js';
import { parseJwt } from './parse-jwt.js';
import { SettingsError } from './settings.error.js';
import type { Settings } from './settings.js';
import { similarName } from './similar-name.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names that begin so can only be meant for us: an unknown one is a misspelling. */
const ownPrefixes = ['MODEL_CONFIG_', 'LASTGOOD_'];

const dayMs = 86_400_000;

/**
 * Pure: the settings of an environment. Empty values count as unset.
 * @param ownNames names that were written for us (a `.env` file), every one of which must be known
 * @throws SettingsError with every fault
 */
export function parseConfig(env: Environment, ownNames: readonly string[] = []): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const unknown = Object.keys(given).filter(
    (name) =>
      !Object.hasOwn(environment, name) &&
      (ownNames.includes(name) || ownPrefixes.some((prefix) => name.startsWith(prefix))),
  );
  const parsed = environmentSchema.safeParse(given);
  const faults = [
    ...unknown.map((name) => {
      const meant = similarName(name, Object.keys(environment), true);
      return `${name}: there is no such setting${meant === null ? '' : `; ${meant}?`}`;
    }),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => {
      const name = String(path[0]);
      return `${name}: must be ${message}; got ${JSON.stringify(/_(URL|DSN|SECRETS?|KEY|TOKEN)$/.test(name) ? '…' : given[name])}`;
    }),
  ];
  if (parsed.success && parsed.data.TTL_DAYS < parsed.data.STALE_DAYS) {
    faults.push(
      `TTL_DAYS: must be at least STALE_DAYS, ${parsed.data.STALE_DAYS}; got "${parsed.data.TTL_DAYS}"`,
    );
  }
  if (parsed.success && parsed.data.LESSON_GOOD_ENOUGH_SCORE > parsed.data.LESSON_ACCEPT_SCORE) {
    faults.push(
      `LESSON_GOOD_ENOUGH_SCORE: must be at most LESSON_ACCEPT_SCORE, ${parsed.data.LESSON_ACCEPT_SCORE}; got "${parsed.data.LESSON_GOOD_ENOUGH_SCORE}"`,
    );
  }
  const jwt = parsed.success ? parseJwt(parsed.data, faults) : null;
  const catalog = parsed.success ? catalogSettings(parsed.data, faults) : null;
  if (!parsed.success || catalog === null || faults.length > 0) throw new SettingsError(faults);
  const values = parsed.data;
  return Object.freeze({
    http: Object.freeze({
      port: values.PORT,
      host: values.HOST,
      trustProxy: values.TRUST_PROXY,
      shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    }),
    client: Object.freeze({ url: values.LASTGOOD_URL ?? null, key: values.LASTGOOD_KEY ?? null }),
    dataDir: resolve(values.DATA_DIR),
    database: Object.freeze({ url: values.DATABASE_URL ?? null }),
    migratesOnStart: values.MIGRATE_ON_START,
    redis: Object.freeze({
      url: values.REDIS_URL ?? null,
      evictionPolicy: values.CACHE_EVICTION_POLICY,
      applyEvictionPolicy: values.CACHE_EVICTION_POLICY_APPLY,
    }),
    access: Object.freeze({
      jwt,
      metricsToken: values.METRICS_TOKEN ?? null,
      adminRate: Object.freeze({
        perSecond: values.ADMIN_RATE_PER_SECOND,
        burst: values.ADMIN_RATE_BURST,
      }),
    }),
    cache: Object.freeze({
      prefix: values.CACHE_PREFIX,
      switches: Object.freeze({
        redis: values.ENABLE_REDIS_CACHE,
        staleWhileRevalidate: values.ENABLE_SWR,
        stampedeProtection: values.ENABLE_STAMPEDE_PROTECTION,
        negativeResults: values.ENABLE_NEGATIVE_CACHE,
      }),
      staleAfterMs: values.STALE_DAYS * dayMs,
      maxTtlMs: values.TTL_DAYS * dayMs,
      maxValueBytes: values.CACHE_MAX_VALUE_BYTES,
      compressFromBytes: values.CACHE_COMPRESS_THRESHOLD,
      memoryMaxEntries: values.CACHE_MEMORY_MAX_ENTRIES,
      memoryMaxBytes: values.CACHE_MEMORY_MAX_BYTES,
      diskMaxBytes: values.CACHE_DISK_MAX_BYTES,
    }),
    alerts: Object.freeze({
      sentryDsn: values.SENTRY_DSN ?? null,
      webhookUrl: values.ALERT_WEBHOOK_URL ?? null,
    }),
    llm: Object.freeze({
      baseUrl: values.LLM_BASE_URL,
      apiKey: values.LLM_API_KEY ?? null,
      timeoutMs: values.LLM_TIMEOUT_MS,
    }),
    changeFeed: values.CHANGE_FEED,
    logLevel: values.LOG_LEVEL,
    modelConfig: Object.freeze({
      coldStart: values.MODEL_CONFIG_COLD_START,
      maxAgeMs: values.MODEL_CONFIG_MAX_AGE_MS,
      staleIfErrorMs: values.MODEL_CONFIG_STALE_IF_ERROR_MS,
      staleAlarmMs: values.MODEL_CONFIG_STALE_ALARM_MS,
      pinRetentionMs: values.MODEL_CONFIG_PIN_RETENTION_DAYS * dayMs,
      snapshotSecret: values.SNAPSHOT_SECRET ?? null,
    }),
    lessons: Object.freeze({
      concurrency: values.LESSON_CONCURRENCY,
      limits: Object.freeze({
        acceptScore: values.LESSON_ACCEPT_SCORE,
        goodEnoughScore: values.LESSON_GOOD_ENOUGH_SCORE,
        maxIterations: values.LESSON_MAX_ITERATIONS,
        maxTokens: values.LESSON_MAX_TOKENS,
        maxMs: values.LESSON_TIME_BUDGET_MS,
        agreementThreshold: values.LESSON_AGREEMENT_THRESHOLD,
      }),
    }),
    narratives: Object.freeze({ engine: values.ENGINE_VERSION, promptHash: values.PROMPT_HASH }),
    signals: Object.freeze({
      runtimeFile: resolve(values.RUNTIME_CONFIG ?? join(packageRoot(), 'config/runtime.yml')),
      allowedHosts: Object.freeze(values.SIGNALS_ALLOWED_HOSTS),
      secrets: Object.freeze(values.SIGNALS_SECRETS),
    }),
    catalog,
  });
}
