import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Loaded, LoadRequest } from '../../../core/index.js';
import { cacheStream } from '../../../platform/cache/index.js';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { DatabaseService, StreamReader } from '../../../platform/database/index.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { JobPin } from './job-pin.js';
import { PinConflictError } from './pin-conflict.error.js';
import { contentHash, parseContent } from './pinned-content.js';
import type { PinnedForm } from './pinned-forms.js';
import { jobPinsPolicy } from './pins.policy.js';
import * as sql from './pins.sql.js';

/** A pin that may have to be made. */
export interface WantedPin extends Pick<JobPin, 'jobId' | 'courseId' | 'snapshotId' | 'version' | 'isStale'> {
  readonly form: PinnedForm;
  /** `null`: the database's user. */
  readonly pinnedBy: string | null;
}

interface Kept {
  readonly pin: JobPin;
  /** No pin of the job was there before. */
  readonly isNew: boolean;
}

interface PinColumns {
  readonly pin: JobPin | null;
  readonly mayGoInMs: number | null;
}

/** Pins and what they are of, in Postgres. Reads state the point of the stream `cache`, as every load does (CO-4). */
@Injectable()
export class PinRepository {
  private readonly retentionMs: number;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(StreamReader) private readonly reader: StreamReader,
    @Inject(SETTINGS) { modelConfig }: Settings,
  ) {
    this.retentionMs = modelConfig.pinRetentionMs;
  }

  /**
   * The pin of the job: the one that stands, or this one. One that was released is taken back.
   * @throws PinConflictError, DatabaseUnavailableError; then nothing was changed
   * @throws CommitInDoubtError
   */
  keep(wanted: WantedPin): Promise<Kept> {
    return this.database.write(async (manager) => {
      const { jobId, courseId } = wanted;
      await manager.query(sql.takeBack, [jobId]);
      const standing = await pinOf(manager, jobId);
      const isNew = standing === null && (await insert(manager, wanted));
      const pin = standing ?? (await pinOf(manager, jobId))!;
      if (pin.courseId !== courseId) throw new PinConflictError(jobId, pin.courseId, courseId);
      return { pin, isNew };
    });
  }

  /** Marks a job released; false when there is no such pin. */
  release(jobId: string): Promise<boolean> {
    return this.database.write(async (manager) => {
      const [, count] = (await manager.query(sql.markReleased, [jobId])) as [unknown, number];
      return count > 0;
    });
  }

  /** Deletes so many released jobs at most, and what no job refers to any more. */
  prune(atMost: number): Promise<{ jobs: number; snapshots: number }> {
    return this.database.write(async (manager) => {
      const [, jobs] = (await manager.query(sql.deleteReleased, [this.retentionMs, atMost])) as [
        unknown,
        number,
      ];
      const [, snapshots] = (await manager.query(sql.deleteUnused, [atMost])) as [unknown, number];
      return { jobs, snapshots };
    });
  }

  async loadPin(jobId: string, { signal }: Pick<LoadRequest<JobPin>, 'signal'>): Promise<Loaded<JobPin>> {
    const { asOf, rows } = await this.reader.read<PinColumns>(
      cacheStream,
      sql.pinColumns,
      [jobId, this.retentionMs],
      signal,
    );
    if (rows.pin === null) return { absent: true, asOf };
    // One that was released may be gone, and another in its place, the moment its retention is over.
    const { mayGoInMs } = rows;
    const maxAgeMs = mayGoInMs === null ? null : Math.min(jobPinsPolicy.maxAgeMs, Math.max(0, mayGoInMs));
    return { value: rows.pin, asOf, maxAgeMs };
  }

  async loadSnapshot(
    hash: string,
    { signal }: Pick<LoadRequest<Snapshot>, 'signal'>,
  ): Promise<Loaded<Snapshot>> {
    const { asOf, rows } = await this.reader.read<{ content: string | null }>(
      cacheStream,
      sql.contentColumns,
      [hash],
      signal,
    );
    if (rows.content === null) return { absent: true, asOf };
    if (contentHash(rows.content) !== hash)
      throw new Error(
        `The pinned snapshot ${hash} was changed in the database: its content has another hash`,
      );
    return { value: parseContent(rows.content), asOf };
  }
}

async function pinOf(manager: EntityManager, jobId: string): Promise<JobPin | null> {
  const [row] = (await manager.query(sql.selectPin, [jobId])) as { pin: JobPin }[];
  return row?.pin ?? null;
}

async function insert(manager: EntityManager, wanted: WantedPin): Promise<boolean> {
  const { jobId, form, version, snapshotId, courseId, isStale, pinnedBy } = wanted;
  const held = async () => ((await manager.query(sql.holdSnapshot, [form.hash])) as unknown[]).length > 0;
  // It may be pruned between the two statements; what this transaction has written cannot be.
  while (!(await held())) {
    await manager.query(sql.insertSnapshot, [form.hash, form.content(), version, snapshotId]);
  }
  const [{ isNew }] = (await manager.query(sql.insertPin, [
    jobId,
    form.hash,
    courseId,
    isStale,
    pinnedBy,
  ])) as [{ isNew: boolean }];
  return isNew;
}
