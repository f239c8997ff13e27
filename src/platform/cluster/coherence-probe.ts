import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Clock, LastgoodEvent } from '../../core/index.js';
import { cacheStream } from '../cache/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { Repeating } from '../clock/repeating.js';
import { DatabaseService } from '../database/index.js';
import { EventBus, probeScope } from '../observability/index.js';

/** After the last one that arrived: who waits the shortest sends the next, and nobody else does. */
const sendAfterMs = 60_000;
const spreadMs = 5_000;

/** By the database's clock; one that is ahead of it was written before that clock was set back. */
const sendSql = `
UPDATE lastgood.coherence_probe SET at = clock_timestamp()
WHERE at NOT BETWEEN clock_timestamp() - interval '55 s' AND clock_timestamp() + interval '5 s'`;
const ageSql = `
SELECT extract(epoch FROM clock_timestamp() - at)::float8 * 1000 AS "ageMs" FROM lastgood.coherence_probe`;

/** A change that means nothing, once a minute: how long it takes to be applied here is how long any other takes (OP-13). */
@Injectable()
export class CoherenceProbe implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private arrivedAt: number;
  private measuredMs: number | null = null;
  private readonly sending = new Repeating(
    () => sendAfterMs + Math.random() * spreadMs,
    () => this.send(),
  );
  private readonly listeners: ((lagMs: number) => void)[] = [];

  constructor(
    @Inject(DatabaseService) private readonly database: Pick<DatabaseService, 'query' | 'write'>,
    @Inject(EventBus) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.arrivedAt = clock.now();
  }

  /** From the write of the newest probe to its being applied here; `null` until one was. */
  get lagMs(): number | null {
    return this.measuredMs;
  }

  /** Since a probe last arrived, or since the start. */
  get ageMs(): number {
    return this.clock.now() - this.arrivedAt;
  }

  /** Calls `tell` with the lag of every probe. */
  onMeasured(tell: (lagMs: number) => void): void {
    this.listeners.push(tell);
  }

  onApplicationBootstrap(): void {
    this.bus.subscribe((event) => this.fold(event));
    this.sending.start(this.clock);
  }

  beforeApplicationShutdown(): void {
    void this.sending.stop();
  }

  private fold(event: LastgoodEvent): void {
    if (event.type !== 'changes-applied' || event.stream !== cacheStream) return;
    if (this.sending.isStopped || !event.scopes.includes(probeScope)) return;
    this.arrivedAt = this.clock.now();
    this.sending.start(this.clock);
    void this.measure(this.arrivedAt);
  }

  /**
   * No two clocks are compared: the probe's age is the database's word, and what passed since it was applied is ours.
   * Wrong by at most half the time that the question takes.
   */
  private async measure(appliedAt: number): Promise<void> {
    try {
      const [probe] = await this.database.query<{ ageMs: number }>(ageSql);
      const sinceMs = (this.clock.now() - appliedAt) / 2;
      const lagMs = Math.max(0, probe!.ageMs - sinceMs);
      this.measuredMs = lagMs;
      for (const tell of this.listeners) tell(lagMs);
    } catch {
      // It arrived; how late, nobody can say.
    }
  }

  /** By `write`: it gives up what it waits for, where a plain statement would leave a waiting session behind. */
  private send(): Promise<unknown> {
    return this.database.write((manager) => manager.query(sendSql));
  }
}
