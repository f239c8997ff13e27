import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { StatementPool } from '../../src/adapters/postgres/statement-pool.js';
import {
  Reader,
  StaleWhileRevalidateCache,
  type Origin,
  type Policy,
  type Report,
} from '../../src/core/index.js';
import type { JobPin } from '../../src/features/model-config/pinning/job-pin.js';
import { JobPinner } from '../../src/features/model-config/pinning/job-pinner.js';
import { PinPruner } from '../../src/features/model-config/pinning/pin-pruner.js';
import { PinRepository } from '../../src/features/model-config/pinning/pin.repository.js';
import { PinnedReads } from '../../src/features/model-config/pinning/pinned-reads.js';
import {
  jobPinsNamespace,
  jobPinsPolicy,
  pinnedSnapshotsNamespace,
  pinnedSnapshotsPolicy,
} from '../../src/features/model-config/pinning/pins.policy.js';
import type { Snapshot } from '../../src/features/model-config/snapshot/snapshot.js';
import { parseConfig } from '../../src/platform/config/index.js';
import { DatabaseService, StreamReader } from '../../src/platform/database/index.js';
import { FakeOrigin } from '../../src/testing/fake-origin.js';
import type { VirtualClock } from '../../src/testing/virtual-clock.js';
import { aSnapshot } from './config-rows.js';

/** Nothing listens there. */
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';

/** Pins that are read from origins which do what they are told, and a database that was never reached for writing. */
export class PinsRig {
  readonly pinOrigin = new FakeOrigin<JobPin>(aPin());
  readonly snapshotOrigin = new FakeOrigin<Snapshot>(aSnapshot({}));
  readonly reads: PinnedReads;
  readonly pinner: JobPinner;

  constructor(clock: VirtualClock, report: Report) {
    const readerOf = <T>(namespace: string, policy: Policy, origin: Origin<T>): Reader<T> => {
      const cache = new StaleWhileRevalidateCache<T>({ clock, policy: { ...policy, jitter: 0 } });
      return new Reader<T>({ namespace, clock, report, cache, origin, random: () => 0.5 });
    };
    const pins = readerOf(jobPinsNamespace, jobPinsPolicy, this.pinOrigin);
    const snapshots = readerOf(pinnedSnapshotsNamespace, pinnedSnapshotsPolicy, this.snapshotOrigin);
    const logger = pino({ enabled: false });
    const pool = new StatementPool({ url: nowhere, timeoutMs: 1, maxConnections: 1 });
    const database = new DatabaseService(new DataSource({ type: 'postgres' }), pool, logger, {
      migratesOnStart: true,
    });
    const repository = new PinRepository(database, new StreamReader(pool), parseConfig({}));
    this.reads = new PinnedReads(pins, snapshots, clock);
    this.pinner = new JobPinner(repository, new PinPruner(repository, clock, logger), pins, snapshots);
  }

  /** From now on the job is found, pinned to this. */
  answer(snapshot: Snapshot, over: Partial<JobPin> = {}): void {
    const { version } = snapshot.asOf;
    this.pinOrigin.answer({ value: aPin({ snapshotId: snapshot.id, version, hash: snapshot.id, ...over }) });
    this.snapshotOrigin.answer({ value: snapshot });
  }
}

export const aPin = (over: Partial<JobPin> = {}): JobPin => ({
  jobId: 'job',
  hash: 'hash',
  snapshotId: '1-c1',
  version: 1,
  courseId: null,
  pinnedAt: '2026-01-01T00:00:00.000Z',
  pinnedBy: 'test',
  isStale: false,
  ...over,
});
