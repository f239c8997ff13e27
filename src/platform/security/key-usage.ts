import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { CancelTimer, Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { DatabaseService } from '../database/index.js';

/** Uses of other keys go into the same statement. */
const gatherMs = 1_000;
const onceInMs = 60_000;
/** How long the end of the process waits for what was gathered. */
const lastWriteWithinMs = 1_000;

// In one order, so that two processes never wait for each other.
const writeSql = `
INSERT INTO lastgood.key_usage AS held (prefix, last_used_at)
SELECT prefix, now() FROM unnest($1::text[]) AS used (prefix) ORDER BY prefix
ON CONFLICT (prefix) DO UPDATE SET last_used_at = greatest(held.last_used_at, excluded.last_used_at)`;

/**
 * When keys are used, written behind: a second after a use, and of each key at most once a minute. What cannot be written
 * is forgotten, and noted again at a later use.
 */
@Injectable()
export class KeyUsage implements BeforeApplicationShutdown {
  private readonly lately = new Set<string>();
  private readonly timers = new Set<CancelTimer>();
  private gathered: string[] = [];

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Costs a look into a set. */
  note(prefix: string): void {
    if (this.lately.has(prefix)) return;
    this.lately.add(prefix);
    this.after(onceInMs, () => this.lately.delete(prefix));
    this.gathered.push(prefix);
    if (this.gathered.length === 1) this.after(gatherMs, () => void this.write());
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const cancel of this.timers) cancel();
    await Promise.race([this.write(), delay(lastWriteWithinMs, undefined, { ref: false })]);
  }

  private async write(): Promise<void> {
    const prefixes = this.gathered;
    this.gathered = [];
    if (prefixes.length === 0) return;
    await this.database.query(writeSql, [prefixes]).catch(() => undefined);
  }

  private after(ms: number, fire: () => void): void {
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(cancel);
      fire();
    });
    this.timers.add(cancel);
  }
}
