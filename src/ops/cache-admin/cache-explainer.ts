import { Inject, Injectable } from '@nestjs/common';
import type { Clock, StoredEntry, Tier } from '../../core/index.js';
import { CLOCK } from '../../platform/clock/clock.module.js';
import { FreezesService, TiersService, type Frozen, type Namespace } from '../../platform/cache/index.js';
import { viewOf, type EntryView } from './list-entries.js';

interface StoredView {
  readonly storedAt: string;
  readonly confirmedAt: string;
  readonly ageMs: number;
  readonly version: string | null;
  readonly absent: boolean;
  readonly schema: number;
}

type TierView = { readonly holds: boolean | 'unknown'; readonly entry?: StoredView; readonly error?: string };

export interface Explained {
  readonly namespace: string;
  readonly key: string;
  readonly frozen: Frozen | null;
  /** What a reader would be told now; `null` where it would have to look further. */
  readonly answer: { readonly reason: string; readonly isStale: boolean; readonly band: string } | null;
  readonly memory: EntryView | null;
  readonly tiers: Record<string, TierView>;
  readonly origin: { readonly retryInMs: number; readonly lastError: string | null };
}

/** Why a key is served as it is: what each tier holds, and how its origin fares. It changes nothing. */
@Injectable()
export class CacheExplainer {
  constructor(
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FreezesService) private readonly freezes: FreezesService,
  ) {}

  async explain({ namespace, reader, cache }: Namespace, key: string): Promise<Explained> {
    const answer = reader.describe(key);
    const entry = cache.entry(key);
    const error = reader.lastError(key);
    const looks = this.tiers
      .tiers(true)
      .map(async (tier) => [tier.name, await this.look(tier, namespace, key)] as const);
    return {
      namespace,
      key,
      frozen: this.freezes.of(namespace),
      answer: answer && { reason: answer.reason, isStale: answer.isStale, band: answer.band },
      memory: entry ? viewOf(cache, entry) : null,
      tiers: Object.fromEntries(await Promise.all(looks)),
      origin: {
        retryInMs: Math.round(reader.retryInMs(key)),
        lastError: error instanceof Error ? error.message : null,
      },
    };
  }

  private async look(tier: Tier, namespace: string, key: string): Promise<TierView> {
    try {
      const stored = await tier.get(namespace, key);
      return stored === null ? { holds: false } : { holds: true, entry: this.viewOf(stored) };
    } catch (error) {
      return { holds: 'unknown', error: (error as Error).message };
    }
  }

  private viewOf({ storedAt, confirmedAt, asOf, absent, schema }: StoredEntry): StoredView {
    return {
      storedAt: new Date(storedAt).toISOString(),
      confirmedAt: new Date(confirmedAt).toISOString(),
      ageMs: Math.round(this.clock.wall() - confirmedAt),
      version: asOf && `${asOf.epoch}:${asOf.version}`,
      absent,
      schema,
    };
  }
}
