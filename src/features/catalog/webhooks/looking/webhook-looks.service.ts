import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  settlesWithin,
  type CancelTimer,
  type Clock,
  type Point,
  type Reader,
  type Stream,
} from '../../../../core/index.js';
import { CoherenceService, NamespaceRegistry } from '../../../../platform/cache/index.js';
import { CLOCK } from '../../../../platform/clock/clock.module.js';
import { LOGGER, Throttle } from '../../../../platform/observability/index.js';
import { catalogNamespace, catalogStream } from '../../catalog.policy.js';
import { keysOfEvent, type CatalogEvent } from '../../views/catalog-event.js';
import { WebhookEventRepository, type SettledEvent } from '../keeping/webhook-event.repository.js';

const lookEveryMs = 1_000;
/** By then this process has most likely applied what it has just kept. */
const firstLookMs = 100;
/** Views that are not right by then are left to their readers. */
const rightWithinMs = 30_000;
/** Events beyond these are left to whoever takes over what nobody settles. */
const mostUnderWay = 10_000;
const mostAtOnce = 1_000;
const longestError = 300;
const warnEveryMs = 60_000;
const lastWriteWithinMs = 1_000;

export interface LookedAt {
  /** Of the webhook. */
  readonly id: string;
  readonly event: CatalogEvent;
  /** Before this is applied, nothing that is held shows what changed. */
  readonly point: Point;
  /** By the log: what somebody began to look after later is theirs to settle. */
  readonly lookedAt: number;
}

interface Look {
  readonly keys: readonly string[];
  readonly point: Point;
  readonly lookedAt: number;
  readonly until: number;
}

/** A view that is held and is not right, or not any more. */
interface Stale {
  readonly asOf: Point | null;
  readonly fault: string;
  /** Whether its refresh was asked for at this look. */
  isAsked: boolean;
}

/**
 * After events: has what is held here of their views loaded anew, and keeps on record whether that went well (CT-5).
 * Nothing depends on it but how soon a view is fresh again, and the record.
 */
@Injectable()
export class WebhookLooks implements BeforeApplicationShutdown {
  private readonly underWay = new Map<string, Look>();
  /** Not written yet. */
  private readonly settled = new Map<string, SettledEvent>();
  private cancelTimer: CancelTimer = () => undefined;
  private nextAt = Number.POSITIVE_INFINITY;
  private writtenAt = Number.NEGATIVE_INFINITY;
  private isStopped = false;
  private readonly stream: Stream;
  private readonly warnings: Throttle;

  constructor(
    @Inject(WebhookEventRepository) private readonly events: Pick<WebhookEventRepository, 'settle'>,
    @Inject(NamespaceRegistry) private readonly registry: Pick<NamespaceRegistry, 'find'>,
    @Inject(CoherenceService) coherence: Pick<CoherenceService, 'stream'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    // Named before anything begins, it is followed also where there is no catalogue.
    this.stream = coherence.stream(catalogStream);
    this.warnings = new Throttle(clock, warnEveryMs);
  }

  /** Events that are looked after, or whose end is not on record yet. */
  get size(): number {
    return this.underWay.size + this.settled.size;
  }

  /** So many more are looked after. */
  get room(): number {
    return this.isStopped ? 0 : Math.max(0, mostUnderWay - this.size);
  }

  /** Takes little time, and never fails. */
  begin(events: readonly LookedAt[]): void {
    const until = this.clock.now() + rightWithinMs;
    for (const { id, event, point, lookedAt } of events) {
      if (this.room === 0) break;
      this.settled.delete(id);
      this.underWay.set(id, { keys: keysOfEvent(event), point, until, lookedAt });
    }
    if (this.size > 0) this.lookIn(firstLookMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    await settlesWithin(this.clock, lastWriteWithinMs, this.write());
  }

  /** Or sooner, where that was said before. */
  private lookIn(ms: number): void {
    const at = this.clock.now() + ms;
    if (this.isStopped || at >= this.nextAt) return;
    this.cancelTimer();
    this.nextAt = at;
    this.cancelTimer = this.clock.after(ms, () => void this.turn());
  }

  private async turn(): Promise<void> {
    // Nothing else begins while this one runs.
    this.nextAt = Number.NEGATIVE_INFINITY;
    this.look();
    if (this.clock.now() >= this.writtenAt + lookEveryMs) await this.write();
    this.nextAt = Number.POSITIVE_INFINITY;
    if (this.size > 0) this.lookIn(lookEveryMs);
  }

  private look(): void {
    const now = this.clock.now();
    const { applied } = this.stream;
    const reader = this.registry.find(catalogNamespace)?.reader;
    const seen = new Map<string, Stale | null>();
    const faultOf = (key: string, point: Point): string | null => {
      let stale = seen.get(key);
      if (stale === undefined) seen.set(key, (stale = reader === undefined ? null : staleOf(reader, key)));
      // What came after the event may have made it stale once more: that is the matter of what came.
      if (stale === null || isSince(stale.asOf, point)) return null;
      if (!stale.isAsked) reader?.refreshAhead(key);
      stale.isAsked = true;
      return stale.fault;
    };
    for (const [id, { keys, point, until, lookedAt }] of this.underWay) {
      const fault = isBefore(applied, point)
        ? 'the change was not applied by this process'
        : keys.map((key) => faultOf(key, point)).find((each) => each !== null);
      if (fault == null) this.settle({ id, status: 'done', error: null, lookedAt });
      else if (now >= until) this.settle({ id, status: 'failed', error: storable(fault), lookedAt });
    }
  }

  private settle(event: SettledEvent): void {
    this.underWay.delete(event.id);
    this.settled.set(event.id, event);
  }

  /** What cannot be written is tried again; what this process takes with it is taken over by another one. */
  private async write(): Promise<void> {
    this.writtenAt = this.clock.now();
    while (this.settled.size > 0) {
      const batch = [...this.settled.values()].slice(0, mostAtOnce);
      try {
        await this.events.settle(batch);
      } catch (error) {
        const suppressed = this.warnings.pass('write');
        const message = 'the log of webhooks waits for the database';
        if (suppressed !== null) this.logger.warn({ error: (error as Error).message, suppressed }, message);
        return;
      }
      for (const { id } of batch) this.settled.delete(id);
    }
  }
}

/** `null` for a view that is right, or that nobody holds. */
function staleOf(reader: Reader<unknown>, key: string): Stale | null {
  const held = reader.describe(key);
  if (held?.isStale !== true) return null;
  const error = reader.lastError(key);
  const fault = `${key}: ${error instanceof Error ? error.message : 'not loaded in time'}`;
  return { asOf: held.asOf, fault, isAsked: false };
}

/** As Postgres takes it: one text that it refuses would keep all that is written with it from being written. */
const storable = (text: string): string =>
  Buffer.from(text.slice(0, longestError), 'utf8').toString().replaceAll('\0', '');

const isSince = (asOf: Point | null, { epoch, version }: Point): boolean =>
  asOf !== null && asOf.epoch === epoch && asOf.version >= version;

/** A point of another history is not waited for. */
const isBefore = (applied: Point | null, { epoch, version }: Point): boolean =>
  applied === null || (applied.epoch === epoch && applied.version < version);
