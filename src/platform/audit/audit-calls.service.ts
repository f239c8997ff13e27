import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { settlesWithin, type Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { DatabaseService } from '../database/index.js';
import { CallSampler, type AuditedCall, type SampledCall } from './call-sampler.js';

const flushEveryMs = 1_000;
const windowMs = 60_000;
/** The end of a process does not wait longer for a database that may be away. */
const lastWriteWithinMs = 500;
/** What waits for a database that is away; beyond it the newest are counted as lost. */
const maxWaiting = 10_000;

const insertSql = `
INSERT INTO lastgood.audit_calls
  (at, actor_id, actor_name, actor_role, ip, method, route, status, request_id, calls)
SELECT c.at, c."actorId", c."actorName", c."actorRole", c.ip, c.method, c.route, c.status, c."requestId", c.calls
FROM jsonb_to_recordset($1::jsonb) AS c(at timestamptz, "actorId" text, "actorName" text, "actorRole" text, ip text,
  method text, route text, status integer, "requestId" text, calls integer)`;

/**
 * Keeps a row of each admin call that changed nothing, written behind the answer. A database that is away delays them;
 * calls that were lost all the same are counted.
 */
@Injectable()
export class AuditCallsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Calls that no row tells of, because the database was away for too long. */
  lost = 0;
  private readonly sampler = new CallSampler();
  private waiting: SampledCall[] = [];
  private readonly flushing = new Repeating(flushEveryMs, () => this.flush());
  private windowSince: number;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.windowSince = clock.now();
  }

  onApplicationBootstrap(): void {
    this.flushing.start(this.clock);
  }

  record(call: AuditedCall): void {
    if (this.sampler.admit(call)) this.queue({ ...call, calls: 1 });
  }

  /** Settles once everything that waits was written, or could not be. */
  flush(): Promise<void> {
    if (this.clock.now() - this.windowSince >= windowMs) this.closeWindow();
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    void this.flushing.stop();
    this.closeWindow();
    await settlesWithin(this.clock, lastWriteWithinMs, this.flush());
  }

  private closeWindow(): void {
    this.windowSince = this.clock.now();
    for (const counted of this.sampler.close()) this.queue(counted);
  }

  private queue(call: SampledCall): void {
    if (this.waiting.length < maxWaiting) this.waiting.push(call);
    else this.lost += call.calls;
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    try {
      await this.database.query(insertSql, [JSON.stringify(batch)]);
    } catch {
      const since = this.waiting;
      this.waiting = [];
      for (const call of [...batch, ...since]) this.queue(call);
    }
  }
}
