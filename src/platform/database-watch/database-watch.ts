import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { DatabaseService } from '../database/index.js';
import { databaseWatchSql, type DatabaseWatchRow, type OpenTransaction } from './database-watch.sql.js';

const lookEveryMs = 15_000;
/** What was seen longer ago says nothing of now. */
const knownForMs = 45_000;

/** What the database was like when it was last looked at. */
export interface DatabaseReading {
  /** Age of the oldest transaction that holds a lock on the change counter; 0 where none does. */
  readonly counterLockSeconds: number;
  /** The counter's table with its indexes. */
  readonly counterBytes: number;
  readonly counterDeadRows: number;
  /** Of this database; 0 where there is none. */
  readonly oldestTransactionSeconds: number;
}

/** Looks every 15 s at what would make every change wait, before it does (OP-13). */
@Injectable()
export class DatabaseWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private last: { readonly at: number; readonly reading: DatabaseReading } | null = null;
  /** By transaction, when it was first seen: that old it is at least, where the database may not tell. */
  private firstSeen = new Map<string, number>();
  private readonly looking = new Repeating(lookEveryMs, () => this.look());

  constructor(
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** `null` where the database does not answer. */
  get reading(): DatabaseReading | null {
    return this.last !== null && this.clock.now() - this.last.at <= knownForMs ? this.last.reading : null;
  }

  onApplicationBootstrap(): void {
    this.looking.start(this.clock, lookEveryMs * Math.random());
  }

  beforeApplicationShutdown(): void {
    void this.looking.stop();
  }

  /** Never rejects: that the database is away is told by whoever needs it. */
  async look(): Promise<void> {
    try {
      const [row] = await this.database.query<DatabaseWatchRow>(databaseWatchSql);
      const { transactions, bytes, deadRows } = row!;
      const at = this.clock.now();
      this.remember(transactions, at);
      const ageOf = ({ id, seconds }: OpenTransaction) => seconds ?? (at - this.firstSeen.get(id)!) / 1_000;
      const reading = {
        counterLockSeconds: Math.max(0, ...transactions.filter((each) => each.holdsCounter).map(ageOf)),
        counterBytes: bytes,
        counterDeadRows: deadRows,
        oldestTransactionSeconds: Math.max(0, ...transactions.map(ageOf)),
      };
      this.last = { at, reading };
    } catch {
      // The reading grows old, and is not told any more.
    }
  }

  private remember(transactions: readonly OpenTransaction[], at: number): void {
    this.firstSeen = new Map(transactions.map(({ id }) => [id, this.firstSeen.get(id) ?? at]));
  }
}
