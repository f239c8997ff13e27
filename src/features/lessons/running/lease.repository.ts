import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import { JobQueue } from '../../../platform/jobs/index.js';
import type { LessonEvent } from '../lesson/lesson-event.js';
import { lessonQueue } from '../ordering/lesson-queue.js';
import * as sql from './leases.sql.js';
import type { ClaimedLesson, KeptStep, Lease, LessonEnd, ToldEvent } from '../ordering/kept-lesson.js';

type ClaimedRow = Omit<ClaimedLesson, 'lease'> & { readonly run: number };

/**
 * Lessons in Postgres, as runs see them. Each write is fenced: it is made if the run still holds the lesson, and
 * answers false, with nothing changed, if not. Every method throws DatabaseUnavailableError; what was to be written
 * may have been, and is written again without harm.
 */
@Injectable()
export class LeaseRepository {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(JobQueue) private readonly queue: JobQueue,
  ) {}

  /** `null`: the lesson does not wait, because it has ended or somebody runs it. */
  async claim(id: string, leaseMs: number): Promise<ClaimedLesson | null> {
    const token = randomUUID();
    const [row] = await this.database.query<ClaimedRow>(sql.claim, [id, token, leaseMs]);
    if (row === undefined) return null;
    const { run, ...lesson } = row;
    return { ...lesson, lease: { id, token, run } };
  }

  async renew(
    { id, token }: Lease,
    leaseMs: number,
  ): Promise<{ isHeld: boolean; isCancelRequested: boolean }> {
    const [row] = await this.database.query<{ isCancelRequested: boolean }>(sql.renew, [id, token, leaseMs]);
    return { isHeld: row !== undefined, isCancelRequested: row?.isCancelRequested ?? false };
  }

  /** Steps and events, in one statement. */
  async save(
    { id, token, run }: Lease,
    steps: readonly KeptStep[],
    events: readonly ToldEvent[],
  ): Promise<boolean> {
    const rows = await this.database.query(sql.save, [
      id,
      token,
      run,
      steps.map(({ key }) => key),
      steps.map(({ result }) => JSON.stringify(result)),
      events.map(({ n }) => n),
      events.map(({ event }) => event.type),
      events.map(({ event }) => JSON.stringify(event)),
    ]);
    return rows.length > 0;
  }

  /** The lesson's status and its last event, in one statement. */
  async end({ id, token, run }: Lease, end: LessonEnd): Promise<boolean> {
    const told: LessonEvent = {
      type: 'ended',
      status: end.status,
      detail: end.status === 'failed' ? end.error.message : null,
    };
    const rows = await this.database.query(sql.end, [
      id,
      token,
      run,
      end.status,
      end.status === 'done' ? JSON.stringify(end.result) : null,
      end.status === 'failed' ? JSON.stringify(end.error) : null,
      JSON.stringify(told),
    ]);
    return rows.length > 0;
  }

  /** Lets any process go on, at once. */
  giveBack({ id, token }: Lease): Promise<boolean> {
    return this.queueAgain(sql.giveBack, [id, token]).then((ids) => ids.length > 0);
  }

  /**
   * Queues lessons that nobody runs any more, and those that wait for longer than `resendAfterMs`; gives their ids.
   * Most times there is none, and nothing is written.
   */
  async queueForsaken(resendAfterMs: number): Promise<string[]> {
    const [row] = await this.database.query<{ isAny: boolean }>(sql.isAnyForsaken, [resendAfterMs]);
    return row!.isAny ? this.queueAgain(sql.queueForsaken, [resendAfterMs]) : [];
  }

  /** In one transaction with the jobs. */
  private queueAgain(statement: string, values: unknown[]): Promise<string[]> {
    return this.database.write(async (manager) => {
      const rows = (await manager.query(statement, values)) as { id: string }[];
      for (const { id } of rows) await this.queue.send(lessonQueue, { lessonId: id }, manager, id);
      return rows.map(({ id }) => id);
    });
  }
}
