/** Which snapshot a job was pinned to. Nothing of it ever changes. */
export interface PinnedJob {
  readonly jobId: string;
  readonly snapshotId: string;
  /** The configuration's version. */
  readonly version: number;
  /** The course whose overrides are pinned with the rows of all courses; `null`: those of every course are. */
  readonly courseId: string | null;
  /** ISO 8601, UTC. */
  readonly pinnedAt: string;
  /** What was pinned was not known to be current: the process that pinned it served it labelled stale. */
  readonly isStale: boolean;
}

/** As it is kept: with the hash that its snapshot is found by. */
export interface JobPin extends PinnedJob {
  readonly hash: string;
  readonly pinnedBy: string;
}

export function toPinnedJob({ jobId, snapshotId, version, courseId, pinnedAt, isStale }: JobPin): PinnedJob {
  return Object.freeze({ jobId, snapshotId, version, courseId, pinnedAt, isStale });
}
