import { z } from 'zod';
import { lessonEnvironment } from './lesson-environment.js';
import { narrativeEnvironment } from './narrative-environment.js';
import { setting, type Documentation } from './setting.js';
import { catalogEnvironment } from './catalog-environment.js';
import { signalEnvironment } from './signal-environment.js';
import {
  algorithmList,
  apiUrl,
  bearerToken,
  evictionPolicies,
  flag,
  headerSecret,
  keySetUrl,
  limit,
  longestDays,
  mib,
  ms,
  oneOf,
  postgresUrl,
  proxies,
  redisUrl,
  sentryDsn,
  tokenSecret,
  webhookUrl,
  whole,
} from './setting-forms.js';

/** Every setting there is: its form, what it does, and its default. */
export const environment = {
  PORT: setting(whole(0, 65_535).default(3000), 'TCP port of the HTTP server; 0 takes any free one', '3000'),
  HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address the HTTP server listens on', '127.0.0.1'),
  TRUST_PROXY: setting(
    proxies.default(0),
    'How many proxies stand before the server, exactly, or their addresses and CIDR ranges (`10.0.0.0/8,::1`): the address of a client is what the outermost of them saw. With a number, nobody may reach the port past them; 0 takes the address of the connection and no header',
    '0',
  ),
  SHUTDOWN_DELAY_MS: setting(
    whole(0, 60_000).default(1_000),
    'On SIGTERM, `/health/ready` answers 503 this long (ms) while everything else is served, before the port closes: longer than balancers take to notice',
    '1000',
  ),
  DATA_DIR: setting(
    z.string().min(1).default('.data'),
    'Folder of this process alone: the last known good, embedded Postgres, generated secrets',
    '.data',
  ),
  DATABASE_URL: setting(
    postgresUrl.optional(),
    'Postgres 15 or newer; without it an embedded Postgres starts under `DATA_DIR` (not for production)',
    'embedded',
  ),
  MIGRATE_ON_START: setting(
    flag.default(true),
    'Whether the start brings the schema of the database up to date; `false` waits until `lastgood migrate run` has',
    'true',
  ),
  MODEL_CONFIG_COLD_START: setting(
    oneOf('last-known-good', 'fail').default('last-known-good'),
    'Start without the database: from the last known good configuration that Redis or the disk kept, or not at all',
    'last-known-good',
  ),
  MODEL_CONFIG_MAX_AGE_MS: setting(
    ms(2_000).optional(),
    'Model configuration is fresh this long (ms, at least 2000) after the database last confirmed it',
    '300000',
  ),
  MODEL_CONFIG_STALE_IF_ERROR_MS: setting(
    limit(0).optional(),
    'After that, served stale this long (ms) while the database fails, and then not at all: reads and `/health/ready` answer 503; `none` is for ever',
    'none',
  ),
  MODEL_CONFIG_STALE_ALARM_MS: setting(
    ms(1_000).default(3_600_000),
    'Configuration not confirmed for this long (ms) makes the state critical',
    '3600000',
  ),
  MODEL_CONFIG_PIN_RETENTION_DAYS: setting(
    whole(1, longestDays).default(30),
    'Days for which what a job was pinned to is kept after its release',
    '30',
  ),
  SNAPSHOT_SECRET: setting(
    tokenSecret.optional(),
    'Signs configuration snapshots (`lastgood snapshot`), at least 32 bytes, the same in every process that is to take them; without it none are made or taken',
    '',
  ),
  CHANGE_FEED: setting(
    oneOf('listen', 'poll').default('listen'),
    '`listen` hears of changes by notification and polls every second; `poll` only polls (advised past 100 replicas)',
    'listen',
  ),
  REDIS_URL: setting(
    redisUrl.optional(),
    'Redis 6.2 or newer, which processes share their caches and locks through; without it each has its own',
    'none',
  ),
  ENABLE_REDIS_CACHE: setting(
    flag.default(true),
    'Off: no namespace reads Redis, writes to it or asks it for a lock',
    'true',
  ),
  ENABLE_SWR: setting(
    flag.default(true),
    'Off: a value past its maxAge is loaded before it is answered, and served stale only where that fails (pinned namespaces never wait)',
    'true',
  ),
  ENABLE_STAMPEDE_PROTECTION: setting(
    flag.default(true),
    'Off: one load of a key at a time in each process, not in all of them together',
    'true',
  ),
  ENABLE_NEGATIVE_CACHE: setting(
    flag.default(true),
    'Off: an authoritative "does not exist" is answered and not kept',
    'true',
  ),
  JWT_SECRET: setting(
    tokenSecret.optional(),
    'Takes tokens (JWT) that are signed with this secret (HS256, at least 32 bytes) beside API keys; not together with `JWT_JWKS_URL`',
    '',
  ),
  JWT_JWKS_URL: setting(
    keySetUrl.optional(),
    "Takes tokens (JWT) that are signed with a key of this set beside API keys: an identity provider's, over https",
    '',
  ),
  JWT_ISSUER: setting(
    z.string().min(1).optional(),
    'The `iss` of tokens, exactly; needed where there are any',
    '',
  ),
  JWT_AUDIENCE: setting(
    z.string().min(1).optional(),
    'What is among the `aud` of tokens; needed where there are any',
    '',
  ),
  JWT_ALGORITHMS: setting(
    algorithmList.optional(),
    'Algorithms that tokens may be signed with; without it `HS256` for a secret, `RS256,ES256` for a key set',
    '',
  ),
  JWT_ROLE_CLAIM: setting(
    z.string().min(1).default('role'),
    'The claim of a token that names the role: client, viewer, editor, writer or admin',
    'role',
  ),
  METRICS_TOKEN: setting(
    bearerToken.optional(),
    'Reads `/metrics`, and nothing else, as `Authorization: Bearer <token>` (at least 16 characters), without any database; API keys with the role viewer do so too',
    '',
  ),
  ADMIN_RATE_PER_SECOND: setting(
    whole(1, 1_000_000).default(10),
    'Calls of admin routes a second, by each identity and from each address (IPv6: each /64); in the fleet where there is Redis, else in each process',
    '10',
  ),
  ADMIN_RATE_BURST: setting(
    whole(1, 1_000_000).default(20),
    'Calls of admin routes at once, after which the rate applies',
    '20',
  ),
  CACHE_PREFIX: setting(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, '1 to 64 letters, digits or any of _ . -')
      .default('lastgood'),
    'Begins every key in Redis: one for each installation that shares a Redis',
    'lastgood',
  ),
  CACHE_EVICTION_POLICY: setting(
    oneOf(...evictionPolicies).default('allkeys-lru'),
    'The `maxmemory-policy` that Redis should have; another one is warned of',
    'allkeys-lru',
  ),
  CACHE_EVICTION_POLICY_APPLY: setting(flag.default(false), 'Sets that policy in Redis', 'false'),
  STALE_DAYS: setting(
    whole(0, longestDays).default(7),
    'Days for which a value is fresh, in namespaces without a policy of their own',
    '7',
  ),
  TTL_DAYS: setting(
    whole(1, longestDays).default(30),
    'Days after which no tier keeps a value any more, the pinned last known good on disk excepted; at least `STALE_DAYS`',
    '30',
  ),
  CACHE_MAX_VALUE_BYTES: setting(
    whole(1_024, 512 * mib).default(131_072),
    'A value that is larger as it is stored (bytes) stays in memory; pinned values have no limit',
    '131072',
  ),
  CACHE_COMPRESS_THRESHOLD: setting(
    whole(0, 512 * mib).default(65_536),
    'Values of so many bytes of JSON or more are compressed in Redis and on disk',
    '65536',
  ),
  CACHE_MEMORY_MAX_ENTRIES: setting(
    whole(1, 100_000_000).default(10_000),
    'Entries that one namespace holds in memory',
    '10000',
  ),
  CACHE_MEMORY_MAX_BYTES: setting(
    whole(mib, 1_048_576 * mib).default(64 * mib),
    'Bytes that one namespace holds in memory, as estimated',
    '67108864',
  ),
  CACHE_DISK_MAX_BYTES: setting(
    z
      .union([z.literal('none').transform(() => null), whole(mib, 1_048_576 * mib)], {
        error: `a whole number from ${mib} to ${1_048_576 * mib}, or "none"`,
      })
      .default(256 * mib),
    'Bytes that the file `DATA_DIR/cache.sqlite` holds, the pinned last known good excepted; `none`: no file; then a start without Postgres has no API keys, and values only from Redis',
    '268435456',
  ),
  LLM_BASE_URL: setting(
    apiUrl.default('https://openrouter.ai/api/v1'),
    "Where models are asked: the base URL of an API like OpenAI's",
    'https://openrouter.ai/api/v1',
  ),
  LLM_API_KEY: setting(
    headerSecret.optional(),
    'The key that models are asked with; without it, what needs a model is answered 503',
    '',
  ),
  LLM_TIMEOUT_MS: setting(
    whole(1_000, 600_000).default(120_000),
    "How long one model's call may take (ms), attempts and pauses together, where the configuration does not say",
    '120000',
  ),
  SENTRY_DSN: setting(
    sentryDsn.optional(),
    'Sentry project that is told of outages longer than the alarm, and of their end; needs the package `@sentry/node`',
    'none',
  ),
  ALERT_WEBHOOK_URL: setting(
    webhookUrl.optional(),
    'URL that is told the same as JSON by POST; `user:password@` in it is sent as Basic',
    'none',
  ),
  ...lessonEnvironment,
  ...narrativeEnvironment,
  ...signalEnvironment,
  ...catalogEnvironment,
  LASTGOOD_URL: setting(
    apiUrl.optional(),
    'The server that commands such as `lastgood cluster` ask; without it this machine at `PORT`',
    'none',
  ),
  LASTGOOD_KEY: setting(
    headerSecret.optional(),
    'The API key that they ask with; without it the one in `DATA_DIR/admin-key`',
    'none',
  ),
  LOG_LEVEL: setting(
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent').default('info'),
    'Least level that is logged',
    'info',
  ),
};

export const environmentSchema = z.object(environment);

export function documentationOf(name: keyof typeof environment): Documentation {
  return environment[name].meta() as unknown as Documentation;
}
