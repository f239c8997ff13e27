import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { DatabaseService } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { checkAudit, type WalkState } from './audit-check.js';
import { AuditLogService } from './audit-log.service.js';
import { chainStart } from './audit-walk.js';
import { endTurnSql, readCheckSql, takeTurnSql, type CheckRow, type Turn } from './audit-watch.sql.js';

const lookEveryMs = 60_000;
const spreadMs = 5_000;

/** What is known of the chain, by whichever process looked. */
export interface AuditState {
  /** What is wrong; `null` for a chain that is whole. */
  readonly fault: string | null;
  /** Since anybody looked at the newest rows. */
  readonly checkedAgeMs: number;
  /** Since a walk over the whole chain ended; `null`: none ever did. */
  readonly walkedAgeMs: number | null;
}

/**
 * Looks at the audit chain behind the scenes, in one process of all at a time: at its newest rows every minute, at all of
 * it once a day, some thousand rows a minute, and without a pause for as long as it is broken.
 */
@Injectable()
export class AuditWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private known: { readonly at: number; readonly row: CheckRow } | null = null;
  private readonly looking = new Repeating(
    () => lookEveryMs + spreadMs * Math.random(),
    () => this.look(),
  );

  constructor(
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query'>,
    @Inject(AuditLogService) private readonly log: Pick<AuditLogService, 'head' | 'pages'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** `null` before anybody has looked. While the database is away: what was known last, growing older. */
  get state(): AuditState | null {
    if (this.known === null) return null;
    const { at, row } = this.known;
    const sinceMs = this.clock.now() - at;
    return {
      fault: row.fault,
      checkedAgeMs: row.checkedMs + sinceMs,
      walkedAgeMs: row.walkedMs === null ? null : row.walkedMs + sinceMs,
    };
  }

  onApplicationBootstrap(): void {
    this.looking.start(this.clock, lookEveryMs * Math.random());
  }

  beforeApplicationShutdown(): void {
    void this.looking.stop();
  }

  /** Never rejects: the next look makes up for it, and meanwhile the age tells. */
  async look(): Promise<void> {
    try {
      const [turn] = await this.database.query<Turn>(takeTurnSql);
      if (turn !== undefined) await this.take(turn);
      const [row] = await this.database.query<CheckRow>(readCheckSql);
      if (row !== undefined) this.learn(row);
    } catch (error) {
      this.logger.debug({ error: (error as Error).message }, 'the audit chain could not be looked at');
    }
  }

  private async take({ turn, walkedTo, walkedHash, walkFault, ...due }: Turn): Promise<void> {
    const isWalking = due.isWalking || due.isWalkDue;
    const from: WalkState =
      isWalking && !due.isWalking
        ? { at: chainStart, fault: null }
        : { at: { id: walkedTo, hash: walkedHash }, fault: walkFault };
    const { walk, isAtEnd, fault } = await checkAudit(this.log, from);
    const goesOn = isWalking && !isAtEnd;
    const hasEnded = isWalking && isAtEnd;
    await this.database.query(endTurnSql, [
      turn,
      walk.at.id,
      walk.at.hash,
      walk.fault,
      goesOn,
      hasEnded,
      fault,
    ]);
  }

  private learn(row: CheckRow): void {
    const before = this.known?.row.fault ?? null;
    this.known = { at: this.clock.now(), row };
    const { fault } = row;
    if (fault !== null && before === null) this.logger.error({ fault }, 'the audit chain is broken');
    if (fault === null && before !== null) this.logger.info('the audit chain is whole again');
  }
}
