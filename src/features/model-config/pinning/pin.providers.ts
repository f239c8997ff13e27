import type { Provider } from '@nestjs/common';
import { cacheStream, NamespaceRegistry } from '../../../platform/cache/index.js';
import { JobPinner } from './job-pinner.js';
import { PinPruner } from './pin-pruner.js';
import { PinRepository } from './pin.repository.js';
import { pinnedSnapshotCodec } from './pinned-snapshot.codec.js';
import { PinnedReads } from './pinned-reads.js';
import {
  JOB_PINS_READER,
  jobPinsNamespace,
  jobPinsPolicy,
  PINNED_SNAPSHOTS_READER,
  pinnedSnapshotsNamespace,
  pinnedSnapshotsPolicy,
} from './pins.policy.js';

/**
 * Pins belong to the stream `cache`, which nothing but an operator's word moves: a publish does not touch them, and a
 * history that was lost has them asked for again.
 */
export const pinProviders: Provider[] = [
  PinRepository,
  PinPruner,
  {
    provide: JOB_PINS_READER,
    inject: [NamespaceRegistry, PinRepository],
    useFactory: (registry: NamespaceRegistry, repository: PinRepository) =>
      registry.register({
        namespace: jobPinsNamespace,
        policy: jobPinsPolicy,
        stream: cacheStream,
        confirmedBy: 'load',
        origin: { load: (jobId, request) => repository.loadPin(jobId, request) },
      }),
  },
  {
    provide: PINNED_SNAPSHOTS_READER,
    inject: [NamespaceRegistry, PinRepository],
    useFactory: (registry: NamespaceRegistry, repository: PinRepository) =>
      registry.register({
        namespace: pinnedSnapshotsNamespace,
        policy: pinnedSnapshotsPolicy,
        stream: cacheStream,
        confirmedBy: 'load',
        origin: { load: (hash, request) => repository.loadSnapshot(hash, request) },
        codec: pinnedSnapshotCodec,
        maxValueBytes: null,
      }),
  },
  PinnedReads,
  JobPinner,
];
