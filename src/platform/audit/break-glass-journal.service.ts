import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { JournalFile } from '../../adapters/disk/journal-file.js';
import { settlesWithin, type Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { DatabaseService } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { CallNotRecordedError } from './call-not-recorded.error.js';
import { callIdOf, parseJournalLine, replaySql, type BegunCall } from './journaled-call.js';

/** Some 40,000 calls: half a day of one a second while the database is away. Beyond it no call is let in. */
const maxBytes = 16 * 1_048_576;
const replayEveryMs = 1_000;
const rowsAtOnce = 1_000;
/** A disk that takes longer is not waited for. */
const recordedWithinMs = 5_000;
/** An answer that takes longer is told of without its status. */
const endsWithinMs = 60_000;
const lastReplayWithinMs = 500;

/**
 * Calls that were made with a break-glass key, on the disk before they are let in, and from there in `audit_calls` once
 * the database can be written to: each once, whenever a process dies. Only the server has one: its folder is its own.
 */
@Injectable()
export class BreakGlassJournal implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Calls that were let in. */
  admitted = 0;
  private readonly file: JournalFile;
  /** When calls began whose end is awaited (ms, by the clock's `now`). */
  private readonly open = new Map<string, number>();
  private readonly repeating = new Repeating(replayEveryMs, () => this.replay());
  private replaying: Promise<void> = Promise.resolve();
  private lastProblem = '';
  /** The process has ended, and its folder may be another's. */
  private isOver = false;

  constructor(
    @Inject(SETTINGS) { dataDir }: Settings,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.file = new JournalFile(join(dataDir, 'break-glass-calls.jsonl'), maxBytes);
  }

  /** What waits for the database; `null` before it was looked at. */
  get sizeBytes(): number | null {
    return this.file.sizeBytes;
  }

  onApplicationBootstrap(): void {
    this.repeating.start(this.clock);
  }

  async beforeApplicationShutdown(): Promise<void> {
    void this.repeating.stop();
    await settlesWithin(this.clock, lastReplayWithinMs, this.replay());
    this.isOver = true;
  }

  /**
   * Settles with the call's id once it is on the disk.
   * @throws CallNotRecordedError
   */
  async begin(call: Omit<BegunCall, 'begun' | 'at'>): Promise<string> {
    const begun = randomUUID();
    const line: BegunCall = { begun, at: new Date(this.clock.wall()).toISOString(), ...call };
    let problem: unknown = new Error(`the disk took longer than ${recordedWithinMs} ms`);
    let isRecorded = false;
    const writing = this.file.append(JSON.stringify(line)).then(
      () => (isRecorded = true),
      (error: unknown) => (problem = error),
    );
    this.open.set(begun, this.clock.now());
    await settlesWithin(this.clock, recordedWithinMs, writing);
    if (!isRecorded) {
      this.open.delete(begun);
      throw new CallNotRecordedError((problem as Error).message, problem);
    }
    this.admitted++;
    this.logger.warn(call, 'a call is made with a break-glass key');
    return begun;
  }

  /** How a call was answered. Where that cannot be written, the call is told of without it. */
  end(id: string, status: number): void {
    const forget = () => void this.open.delete(id);
    this.file.append(JSON.stringify({ ended: id, status })).then(forget, forget);
  }

  /** Settles once everything that is due was written to the database, or could not be. */
  replay(): Promise<void> {
    this.replaying = this.replaying.then(() => this.drain()).catch((error: unknown) => this.tellOnce(error));
    return this.replaying;
  }

  private async drain(): Promise<void> {
    if (this.isOver || this.file.sizeBytes === 0) return;
    // Asked first, so that a long file is not read once a second for nothing.
    const isThere = await this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!isThere || this.isOver) return;
    const lines = (await this.file.lines()).map(parseJournalLine);
    const statuses = new Map(
      lines.flatMap((line) => (line && 'ended' in line ? [[line.ended, line.status]] : [])),
    );
    const begun = lines.filter((line) => line !== null && 'begun' in line);
    const due = begun.filter(({ begun: id }) => statuses.has(id) || !this.isOpen(id));
    for (let at = 0; at < due.length; at += rowsAtOnce) {
      const rows = due
        .slice(at, at + rowsAtOnce)
        .map((call) => ({ ...call, status: statuses.get(call.begun) }));
      await this.database.query(replaySql, [JSON.stringify(rows)]);
    }
    for (const { begun: id } of due) this.open.delete(id);
    // A line that stays makes no second row.
    if (this.isOver) return;
    await this.tidy(due, begun, lines);
    this.lastProblem = '';
  }

  /** What came in since it was read stays, whatever it is. */
  private async tidy(
    done: readonly BegunCall[],
    begun: readonly BegunCall[],
    lines: readonly ReturnType<typeof parseJournalLine>[],
  ): Promise<void> {
    const waiting = new Set(begun.map((call) => call.begun));
    for (const call of done) waiting.delete(call.begun);
    const over = new Set(lines.flatMap((line) => (line === null ? [] : [callIdOf(line)])));
    for (const id of waiting) over.delete(id);
    const torn = lines.filter((line) => line === null).length;
    if (over.size === 0 && torn === 0) return;
    await this.file.retain((text) => {
      const line = parseJournalLine(text);
      return line !== null && !over.has(callIdOf(line));
    });
    if (done.length > 0)
      this.logger.info({ calls: done.length }, 'calls with a break-glass key are in the audit');
    if (torn > 0)
      this.logger.error(
        { lines: torn },
        'lines of the break-glass journal could not be read, and were left out',
      );
  }

  private isOpen(id: string): boolean {
    const since = this.open.get(id);
    return since !== undefined && this.clock.now() - since < endsWithinMs;
  }

  private tellOnce(error: unknown): void {
    const problem = (error as Error).message;
    if (problem !== this.lastProblem)
      this.logger.warn({ error: problem }, 'calls with a break-glass key wait for the audit');
    this.lastProblem = problem;
  }
}
