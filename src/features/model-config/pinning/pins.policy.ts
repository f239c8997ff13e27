import type { Policy } from '../../../core/index.js';

const dayMs = 86_400_000;

/** Job id → pin. */
export const jobPinsNamespace = 'job-pins';
/** Hash → snapshot. */
export const pinnedSnapshotsNamespace = 'pinned-snapshots';
/** Inject the `Reader<JobPin>`, and the `Reader<Snapshot>` of what was pinned. */
export const JOB_PINS_READER = Symbol('JOB_PINS_READER');
export const PINNED_SNAPSHOTS_READER = Symbol('PINNED_SNAPSHOTS_READER');

/**
 * A pin never changes while it stands, so it is asked for again only to learn whether it was pruned; a day is the
 * shortest retention. While the database is away it is served without limit. That a job is not pinned is not
 * remembered: another replica may pin it the next moment.
 */
export const jobPinsPolicy: Policy = Object.freeze({
  maxAgeMs: dayMs,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 250,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
});

/** What is found by the hash of its content cannot become wrong: nobody ever waits to have it confirmed. */
export const pinnedSnapshotsPolicy: Policy = Object.freeze({
  ...jobPinsPolicy,
  maxAgeMs: 365 * dayMs,
  softTimeoutMs: 0,
});
