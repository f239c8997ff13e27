import { z } from 'zod';

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a whole number from ${min} to ${max}`);

const longestTimerMs = 2_147_483_647;
const ms = (min: number) => whole(min, longestTimerMs);

/** Milliseconds, or `none` for no limit. */
const limit = (min: number) =>
  z.union([z.literal('none').transform(() => null), ms(min)], {
    error: `a whole number from ${min} to ${longestTimerMs}, or "none"`,
  });

const oneOf = <const V extends readonly string[]>(...values: V) =>
  z.enum(values, { error: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}` });

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: 'a URL that begins with postgres:// or postgresql://', abort: true })
  .refine((url) => URL.canParse(url), 'a URL that can be parsed');

interface Documentation {
  readonly description: string;
  /** As shown in `.env.example` and the README; what the code does without the setting. */
  readonly default: string;
}

const setting = <S extends z.ZodType>(schema: S, description: string, shownDefault: string) =>
  schema.meta({ description, default: shownDefault } satisfies Documentation);

/** Every setting there is: its form, what it does, and its default. */
export const environment = {
  PORT: setting(whole(0, 65_535).default(3000), 'TCP port of the HTTP server; 0 takes any free one', '3000'),
  HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address the HTTP server listens on', '127.0.0.1'),
  DATA_DIR: setting(
    z.string().min(1).default('.data'),
    'Folder of this process alone: embedded Postgres, generated secrets',
    '.data',
  ),
  DATABASE_URL: setting(
    postgresUrl.optional(),
    'Postgres 15 or newer; without it an embedded Postgres starts under `DATA_DIR` (not for production)',
    'embedded',
  ),
  MODEL_CONFIG_COLD_START: setting(
    oneOf('last-known-good', 'fail').default('last-known-good'),
    'Start without the database: from the last known good configuration, or not at all. Nothing keeps one on disk yet: every start needs the database',
    'last-known-good',
  ),
  MODEL_CONFIG_MAX_AGE_MS: setting(
    ms(2_000).optional(),
    'Model configuration is fresh this long (ms, at least 2000) after the database last confirmed it',
    '300000',
  ),
  MODEL_CONFIG_STALE_IF_ERROR_MS: setting(
    limit(0).optional(),
    'After that, served stale this long (ms) while the database fails; `none` is for ever',
    'none',
  ),
  MODEL_CONFIG_STALE_ALARM_MS: setting(
    ms(1_000).default(3_600_000),
    'Configuration not confirmed for this long (ms) makes the state critical',
    '3600000',
  ),
  CHANGE_FEED: setting(
    oneOf('listen', 'poll').default('listen'),
    '`listen` hears of changes by notification and polls every second; `poll` only polls (advised past 100 replicas)',
    'listen',
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
