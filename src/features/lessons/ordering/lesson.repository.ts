import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sha256Of } from '../../../platform/audit/index.js';
import { DatabaseService } from '../../../platform/database/index.js';
import { IdempotencyKeyReusedError } from '../../../platform/http/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import type { LessonEvent } from '../lesson/lesson-event.js';
import { LessonEndedError } from './lesson-ended.error.js';
import { LessonNotFoundError } from './lesson-not-found.error.js';
import { lessonQueue } from './lesson-queue.js';
import type { KeptLesson, LessonStatus, NewLesson } from './kept-lesson.js';
import * as sql from './lessons.sql.js';

interface Named {
  readonly id: string;
  readonly status: LessonStatus;
}

type KeyedRow = Named & { readonly specSha256: string };

const cancelled: LessonEvent = { type: 'ended', status: 'cancelled', detail: null };

/** Lessons in Postgres, as callers see them. Every method throws DatabaseUnavailableError. */
@Injectable()
export class LessonRepository {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(JobQueue) private readonly queue: JobQueue,
  ) {}

  /**
   * The lesson that was made with this key before; `null`: none was.
   * @throws IdempotencyKeyReusedError
   */
  async keyed({ createdBy, idempotencyKey, spec }: Omit<NewLesson, 'id' | 'limits'>): Promise<Named | null> {
    if (idempotencyKey === null) return null;
    const [row] = await this.database.query<KeyedRow>(sql.keyed, [createdBy, idempotencyKey]);
    return sameOf(row, spec);
  }

  /**
   * Keeps a lesson and sends its job, in one transaction; or gives the one that was made with its key before.
   * @throws IdempotencyKeyReusedError, CommitInDoubtError
   */
  insert(lesson: NewLesson): Promise<Named> {
    return this.database.write(async (manager) => {
      const { id, spec, limits, createdBy, idempotencyKey } = lesson;
      const inserted = await rowsOf(manager, sql.insert, [
        id,
        JSON.stringify(spec),
        sha256Of(spec),
        JSON.stringify(limits),
        createdBy,
        idempotencyKey,
      ]);
      if (inserted.length === 0) {
        const [row] = await rowsOf<KeyedRow>(manager, sql.keyed, [createdBy, idempotencyKey]);
        return sameOf(row, spec)!;
      }
      await this.queue.send(lessonQueue, { lessonId: id }, manager, id);
      return { id, status: 'queued' };
    });
  }

  /**
   * The lesson, and of each kind the last event that it told.
   * @throws LessonNotFoundError
   */
  async get(id: string): Promise<KeptLesson & { readonly events: readonly LessonEvent[] }> {
    const [row] = await this.database.query<KeptLesson & { events: LessonEvent[] }>(sql.find, [id]);
    if (row === undefined) throw new LessonNotFoundError(id);
    return row;
  }

  /** @throws LessonNotFoundError */
  async status(id: string): Promise<{ status: LessonStatus; lastSeq: number }> {
    const [row] = await this.database.query<{ status: LessonStatus; lastSeq: number }>(sql.statusOf, [id]);
    if (row === undefined) throw new LessonNotFoundError(id);
    return row;
  }

  /**
   * Cancels one that waits; asks whoever runs it to stop.
   * @throws LessonNotFoundError, LessonEndedError, CommitInDoubtError
   */
  async cancel(id: string): Promise<LessonStatus> {
    const [asked] = await this.database.write((manager) =>
      rowsOf<Named>(manager, sql.cancel, [id, JSON.stringify(cancelled)]),
    );
    if (asked === undefined) throw new LessonEndedError(id, (await this.status(id)).status);
    return asked.status;
  }

  /** Ended lessons whose pins nobody released yet. */
  async unreleased(): Promise<string[]> {
    return (await this.database.query<Named>(sql.unreleased)).map(({ id }) => id);
  }

  async markReleased(id: string): Promise<void> {
    await this.database.query(sql.released, [id]);
  }
}

async function rowsOf<R = unknown>(
  manager: EntityManager,
  statement: string,
  values: unknown[],
): Promise<R[]> {
  return (await manager.query(statement, values)) as R[];
}

function sameOf(row: KeyedRow | undefined, spec: unknown): Named | null {
  if (row === undefined) return null;
  if (row.specSha256 !== sha256Of(spec)) throw new IdempotencyKeyReusedError();
  return { id: row.id, status: row.status };
}
