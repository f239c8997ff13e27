import { resolve } from 'node:path';
import { z } from 'zod';
import { readYaml } from '../../../platform/documents/index.js';
import { findKeyClashes } from './find-key-clashes.js';
import type { Secrets } from './make-source.js';
import { makeType } from './make-type.js';
import { RuntimeInvalidError } from './runtime-invalid.error.js';
import { runtimeSchema } from './runtime-schema.js';
import type { SignalsRuntime } from './runtime.js';
import type { SignalType } from './signal-type.js';

const gib = 1_073_741_824;
const minuteMs = 60_000;

export interface RuntimeContext {
  /** What `cache_dir` is relative to. */
  readonly dataDir: string;
  readonly secrets: Secrets;
}

/**
 * What a `runtime.yml` says.
 * @throws RuntimeInvalidError with every fault
 */
export function parseRuntime(text: string, { dataDir, secrets }: RuntimeContext): SignalsRuntime {
  const { value, faults } = readYaml(text);
  if (faults.length > 0)
    throw new RuntimeInvalidError(faults.map(({ path, message }) => `${path}: ${message}`));
  const read = runtimeSchema.safeParse(value);
  if (!read.success) throw new RuntimeInvalidError(read.error.issues.flatMap((issue) => describe(issue)));
  const { signals } = read.data;
  const told: string[] = [];
  const types = Object.entries(signals.types).map(([name, document]) =>
    makeType(name, document, secrets, (path, message) => {
      told.push(`signals.types.${name}.${path}: ${message}`);
    }),
  );
  told.push(...clashes(types));
  const cacheDir = resolve(dataDir, signals.cache_dir);
  if (cacheDir === resolve(dataDir))
    told.push(`signals.cache_dir: must be another folder than DATA_DIR (${dataDir})`);
  if (told.length > 0) throw new RuntimeInvalidError(told);
  return Object.freeze<SignalsRuntime>({
    types: new Map(types.map((type) => [type.name, type])),
    cacheDir,
    maxDiskBytes: Math.floor(signals.max_size_gb * gib),
    cleanup: Object.freeze({
      schedule: signals.cleanup.schedule,
      maxMs: signals.cleanup.max_minutes * minuteMs,
    }),
    alarms: Object.freeze({
      ttlViolations: signals.alarms.ttl_violation_threshold,
      hitRatio: signals.alarms.cache_hit_ratio_threshold,
      diskUsed: signals.alarms.disk_used_threshold,
    }),
  });
}

function clashes(types: readonly SignalType[]): string[] {
  return findKeyClashes(types.map(({ key }) => key)).map(([one, other]) => {
    const [first, second] = [types[one]?.name, types[other]?.name];
    return `signals.types.${second}.key: must not be able to make a key of type ${first}`;
  });
}

/** Of a union the faults of the part that was meant: the one that got furthest. */
function describe(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  const at = path.length === 0 ? 'document' : z.core.toDotPath(path);
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter((each) => each.some(({ path: inside }) => inside.length > 0));
    const closest = meant.toSorted((one, other) => one.length - other.length)[0];
    if (closest !== undefined && !issue.message.startsWith('must'))
      return closest.flatMap((each) => describe(each, path));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${z.core.toDotPath([...path, key])}: must not be there, it means nothing`,
    );
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at}: ${message}`);
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [`${at}: ${isMissing && !issue.message.startsWith('must') ? 'must be there' : issue.message}`];
}
