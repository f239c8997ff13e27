import { Cron } from 'croner';
import { z } from 'zod';
import * as form from './runtime-forms.js';

const day = 86_400_000;
const mostTypes = 64;

const step = z.strictObject({ before: form.duration(0, 30 * day), ttl: form.duration(1_000, 30 * day) });

const source = z.union(
  [
    z.literal('push'),
    z.strictObject({
      http: form.urlText,
      value_at: form.pointer.optional(),
      headers: form.headers,
    }),
    z.strictObject({ feeds: form.feedTable, headers: form.headers }),
  ],
  {
    error: (issue) => {
      const { input } = issue;
      const isMap = typeof input === 'object' && input !== null;
      if (isMap && ('http' in input || 'feeds' in input)) return undefined;
      return 'must be push, { http: url } or { feeds: { name: url } }';
    },
  },
);

const typeSchema = z.strictObject({
  ttl: form.duration(1_000, 30 * day),
  key: form.keyTemplate,
  source,
  size_class: form.oneOf('hot', 'large').default('hot'),
  access: form.oneOf('hot', 'cold').default('hot'),
  tiers: z.array(form.oneOf('redis', 'disk'), 'must be a list').max(2).optional(),
  refresh_ahead: form.share(0.1, 0.95).default(0.8),
  schema_version: form.whole(1, 1_000_000).default(1),
  schema: z.record(z.string(), z.unknown(), 'must be a JSON Schema').optional(),
  observed_at: form.pointer.optional(),
  ttl_by_start: z
    .strictObject({
      starts_at: form.pointer,
      steps: z
        .array(step, 'must be a list')
        .min(1, 'must have at least 1 step')
        .max(16, 'must have at most 16 steps'),
    })
    .optional(),
  max_value_kb: form.whole(1, 5_120).optional(),
});

const typeName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'the name of a type must match ^[a-z][a-z0-9-]{0,31}$')
  .refine((name) => name !== '__proto__', 'must not be reserved');

const cron = z.string().refine((pattern) => {
  try {
    return new Cron(pattern, { paused: true, timezone: 'UTC' }).nextRun() !== null;
  } catch {
    return false;
  }
}, 'must be a cron pattern that comes round, such as "0 2 * * *"');

const cleanup = z.strictObject({
  schedule: cron.default('0 2 * * *'),
  max_minutes: form.whole(1, 1_440).default(30),
});
const alarms = z.strictObject({
  ttl_violation_threshold: form.share(0, 1).default(0.01),
  cache_hit_ratio_threshold: form.share(0, 1).default(0.8),
  disk_used_threshold: form.share(0.01, 1).default(0.9),
});

/** `config/runtime.yml`: what each part of it may be, without what only all of it together tells. */
export const runtimeSchema = z.strictObject({
  signals: z.strictObject({
    cache_dir: z.string().min(1).max(1_024).default('signals'),
    max_size_gb: z.number().min(0.01).max(100_000).default(10),
    cleanup: cleanup.prefault({}),
    alarms: alarms.prefault({}),
    types: z
      .record(typeName, typeSchema, 'must be a map of types by name')
      .refine((types) => Object.keys(types).length <= mostTypes, `must be at most ${mostTypes} types`)
      .default({}),
  }),
});

export type RuntimeDocument = z.output<typeof runtimeSchema>;
export type TypeDocument = RuntimeDocument['signals']['types'][string];
