import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  parsePoint,
  renderPoint,
  settlesWithin,
  type CancelTimer,
  type Clock,
  type LastgoodEvent,
  type Point,
} from '../../core/index.js';
import { CoherenceService, NamespaceRegistry } from '../cache/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { DatabaseService } from '../database/index.js';
import { DegradedState, EventBus } from '../observability/index.js';
import type { Instance } from './instance.js';

const beatEveryMs = 15_000;
/** After a beat that the database did not take. */
const tryAgainMs = 1_000;
/** A row that two beats in a row did not touch is a process that is gone, or cannot reach the database. */
const liveForMs = 40_000;
const forgottenAfter = '1 hour';
/** The end of a process does not wait longer for a database that may be away. */
const lastWriteWithinMs = 500;
const firstLookMs = 5;
const longestLookMs = 100;

const columns = `id, name, state, applied, served, frozen, started_at AS "startedAt", seen_at AS "seenAt",
  seen_at > clock_timestamp() - interval '${liveForMs} ms' AS "isLive"`;
const beatSql = `
INSERT INTO lastgood.instances AS i (id, name, state, applied, served, frozen, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, applied = EXCLUDED.applied, served = EXCLUDED.served,
  frozen = EXCLUDED.frozen,  seen_at = clock_timestamp()`;
const listSql = `SELECT ${columns} FROM lastgood.instances ORDER BY started_at, id`;

/** After these a row would tell what is over. */
const news: ReadonlySet<LastgoodEvent['type']> = new Set([
  'changes-applied',
  'history-adopted',
  'load-succeeded',
  'namespace-frozen',
  'namespace-thawed',
]);

/** How many of the living instances serve a point. */
export interface Serving {
  readonly serving: number;
  readonly live: number;
  /** The names of those that do not. */
  readonly missing: readonly string[];
  /** How long it was waited for. */
  readonly ms: number;
}

/** Tells of this process, and knows of the others (OP-13). What it cannot write or read is no error. */
@Injectable()
export class InstancesService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly id = randomUUID();
  readonly name = `${hostname()}:${process.pid}`;
  private readonly startedAt: string;
  private cancelTimer: CancelTimer = () => undefined;
  private beating: Promise<void> | null = null;
  private isBeatDue = false;
  private isStopped = true;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(DegradedState) private readonly degraded: DegradedState,
    @Inject(EventBus) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.startedAt = new Date(clock.wall()).toISOString();
  }

  onApplicationBootstrap(): void {
    this.isStopped = false;
    this.bus.subscribe(({ type }) => {
      if (news.has(type)) this.beatSoon();
    });
    void this.database
      .query(
        `DELETE FROM lastgood.instances WHERE seen_at < clock_timestamp() - interval '${forgottenAfter}'`,
      )
      .catch(() => undefined);
    this.beatSoon();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    await settlesWithin(this.clock, lastWriteWithinMs, this.leave());
  }

  /** Every instance, as it last told of itself. */
  list(): Promise<Instance[]> {
    return this.database.query<Instance>(listSql);
  }

  /** This process, now. */
  self(): Instance {
    const seenAt = new Date(this.clock.wall()).toISOString();
    return {
      id: this.id,
      name: this.name,
      state: this.degraded.view().status,
      applied: this.applied(),
      served: this.served(),
      frozen: this.frozen(),
      startedAt: this.startedAt,
      seenAt,
      isLive: true,
    };
  }

  /** Waits until every living instance serves `point` of a pinned namespace, or for `withinMs`. */
  async whenServed(namespace: string, point: Point, withinMs: number): Promise<Serving> {
    const since = this.clock.now();
    for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 2, longestLookMs)) {
      // This process is alive, whatever the row says that it last wrote.
      const others = (await this.list()).filter(({ id, isLive }) => isLive && id !== this.id);
      const live = [this.self(), ...others];
      const missing = live.filter(({ served }) => !serves(served[namespace], point)).map(({ name }) => name);
      const ms = Math.round(this.clock.now() - since);
      if (missing.length === 0 || ms >= withinMs) {
        return { serving: live.length - missing.length, live: live.length, missing, ms };
      }
      await new Promise<void>((resolve) => void this.clock.after(Math.min(lookMs, withinMs - ms), resolve));
    }
  }

  private async leave(): Promise<void> {
    await this.beating;
    await this.database.query('DELETE FROM lastgood.instances WHERE id = $1', [this.id]);
  }

  private applied(): Record<string, string> {
    const streams = this.coherence.streams();
    return Object.fromEntries(
      streams.flatMap(({ name, applied }) => (applied === null ? [] : [[name, renderPoint(applied)]])),
    );
  }

  private frozen(): string[] {
    return this.registry.all().flatMap(({ namespace, cache }) => (cache.freeze.isOn ? [namespace] : []));
  }

  private served(): Record<string, string> {
    const pinned = this.registry.all().filter(({ pinnedKey }) => pinnedKey !== null);
    return Object.fromEntries(
      pinned.flatMap(({ namespace, cache, pinnedKey }) => {
        const asOf = cache.entry(pinnedKey!)?.asOf;
        return asOf ? [[namespace, renderPoint(asOf)]] : [];
      }),
    );
  }

  /** One beat is under way at most; what happens meanwhile is told by the next one. */
  private beatSoon(): void {
    this.isBeatDue = true;
    this.beating ??= this.beatWhileDue().finally(() => (this.beating = null));
  }

  private async beatWhileDue(): Promise<void> {
    this.cancelTimer();
    let nextMs = beatEveryMs;
    while (this.isBeatDue && !this.isStopped) {
      this.isBeatDue = false;
      nextMs = beatEveryMs;
      // After the event that asked for it was told to everybody.
      await Promise.resolve();
      const { id, name, state, applied, served, frozen, startedAt } = this.self();
      await this.database
        .query(beatSql, [id, name, state, JSON.stringify(applied), JSON.stringify(served), frozen, startedAt])
        .catch(() => (nextMs = tryAgainMs));
    }
    if (!this.isStopped) this.cancelTimer = this.clock.after(nextMs, () => this.beatSoon());
  }
}

function serves(held: string | undefined, { epoch, version }: Point): boolean {
  const point = parsePoint(held ?? '');
  return point !== null && point.epoch === epoch && point.version >= version;
}
