import { makeSource, type Secrets } from './make-source.js';
import { compileCheck, type Check } from './compile-check.js';
import type { TypeDocument } from './runtime-schema.js';
import type { SignalType, TtlStep } from './signal-type.js';
import type { TellFault } from './tell-fault.js';

const kib = 1_024;
const usualKb = { hot: 64, large: 1_024 } as const;

/** The type that a document means. Where it tells a fault, what it returns is not to be used. */
export function makeType(
  name: string,
  document: TypeDocument,
  secrets: Secrets,
  tell: TellFault,
): SignalType {
  const { size_class: sizeClass, ttl: ttlMs, tiers, source } = document;
  const wanted = tiers ?? (sizeClass === 'hot' ? (['redis'] as const) : (['disk'] as const));
  if (new Set(wanted).size < wanted.length) tell('tiers', 'must name each tier once');
  const isRefreshed = source !== 'push' && document.access === 'hot';
  return Object.freeze<SignalType>({
    name,
    namespace: `signals-${name}`,
    ttlMs,
    key: document.key,
    source: makeSource(document, secrets, tell),
    sizeClass,
    tiers: Object.freeze([...wanted].toSorted((one) => (one === 'redis' ? -1 : 1))),
    refreshAheadShare: isRefreshed ? document.refresh_ahead : null,
    schemaVersion: document.schema_version,
    check: checkOf(document.schema ?? null, tell),
    observedAt: document.observed_at ?? null,
    ttlByStart: byStart(document, tell),
    maxValueBytes: (document.max_value_kb ?? usualKb[sizeClass]) * kib,
  });
}

function checkOf(schema: Readonly<Record<string, unknown>> | null, tell: TellFault): Check {
  try {
    return compileCheck(schema);
  } catch (error) {
    tell('schema', `must be a JSON Schema 2020-12: ${(error as Error).message}`);
    return () => [];
  }
}

function byStart({ ttl_by_start: told, ttl }: TypeDocument, tell: TellFault): SignalType['ttlByStart'] {
  if (told === undefined) return null;
  const steps: TtlStep[] = told.steps
    .map(({ before, ttl: ttlMs }) => Object.freeze({ beforeMs: before, ttlMs }))
    .toSorted((one, other) => other.beforeMs - one.beforeMs);
  let longestMs = ttl;
  let lastBeforeMs = Number.POSITIVE_INFINITY;
  for (const { beforeMs, ttlMs } of steps) {
    const where = `the step of ${beforeMs / 1_000}s`;
    if (beforeMs === lastBeforeMs) tell('ttl_by_start.steps', `${where} is there twice`);
    else if (ttlMs > longestMs)
      tell(
        'ttl_by_start.steps',
        `${where} must have a ttl of at most ${longestMs / 1_000}s: nearer to the start it never grows`,
      );
    longestMs = Math.min(longestMs, ttlMs);
    lastBeforeMs = beforeMs;
  }
  return Object.freeze({ startsAt: told.starts_at, steps: Object.freeze(steps) });
}
