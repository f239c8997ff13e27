import { Inject, Injectable } from '@nestjs/common';
import type { LastgoodEvent, Tier, TierName, TierUsage } from '../../core/index.js';
import {
  FreezesService,
  NamespaceRegistry,
  TiersService,
  type Frozen,
  type Namespace,
  type ServerInfo,
} from '../../platform/cache/index.js';
import { EventBus } from '../../platform/observability/index.js';

interface Reads {
  hits: number;
  misses: number;
}

interface Rate extends Readonly<Reads> {
  /** 0..1; `null` before the first read. */
  readonly hitRate: number | null;
}

interface TierStats extends Rate {
  /** In this process's memory, or in all of the tier as far as it can be told cheaply; `null` while it cannot. */
  readonly entries: number | null;
  readonly bytes: number | null;
}

interface NamespaceStats {
  readonly pinned: boolean;
  readonly stream: string;
  readonly frozen: Frozen | null;
  readonly staleHits: number;
  readonly tiers: Partial<Record<'memory' | TierName, TierStats>>;
}

export interface StatsView {
  /** Of this process, since it started; the sizes of Redis are those of all processes together. */
  readonly namespaces: Record<string, NamespaceStats>;
  /** What each Redis master says of itself; `null` without Redis or while it does not answer. */
  readonly server: readonly ServerInfo[] | null;
}

/** Who is asked how often, and what is held where (CA-10). Reads of memory are counted by the caches themselves. */
@Injectable()
export class CacheStats {
  private readonly reads = new Map<string, Reads>();

  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(FreezesService) private readonly freezes: FreezesService,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  async read(): Promise<StatsView> {
    const namespaces = this.registry
      .all()
      .map(async (each) => [each.namespace, await this.readNamespace(each)] as const);
    const [entries, server] = await Promise.all([
      Promise.all(namespaces),
      this.tiers.redis?.serverInfo() ?? null,
    ]);
    return { namespaces: Object.fromEntries(entries), server };
  }

  private async readNamespace({
    namespace,
    cache,
    stream,
    pinnedKey,
    memoryBytes,
  }: Namespace): Promise<NamespaceStats> {
    const { freshHits, staleHits, misses, size } = cache;
    const memory = { ...rate({ hits: freshHits + staleHits, misses }), entries: size, bytes: memoryBytes() };
    const beyond = this.tiers
      .tiers(true)
      .map(async (tier) => [tier.name, await this.readTier(tier, namespace)] as const);
    return {
      pinned: pinnedKey !== null,
      stream,
      frozen: this.freezes.of(namespace),
      staleHits,
      tiers: { memory, ...Object.fromEntries(await Promise.all(beyond)) },
    };
  }

  private async readTier(tier: Tier, namespace: string): Promise<TierStats> {
    const usage = await tier.usage(namespace).catch((): Partial<TierUsage> => ({}));
    const reads = this.reads.get(`${tier.name} ${namespace}`) ?? { hits: 0, misses: 0 };
    return { ...rate(reads), entries: usage.entries ?? null, bytes: usage.bytes ?? null };
  }

  private fold(event: LastgoodEvent): void {
    if (event.type !== 'tier-read') return;
    const name = `${event.tier} ${event.namespace}`;
    const reads = this.reads.get(name) ?? { hits: 0, misses: 0 };
    if (event.isHit) reads.hits++;
    else reads.misses++;
    this.reads.set(name, reads);
  }
}

const rate = ({ hits, misses }: Reads): Rate => ({
  hits,
  misses,
  hitRate: hits + misses === 0 ? null : hits / (hits + misses),
});
