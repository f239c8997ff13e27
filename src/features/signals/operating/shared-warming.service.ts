import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { TiersService } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import type { Game } from '../warming/game.js';
import { SignalWarmer, type WarmOptions } from '../warming/signal-warmer.service.js';
import type { WarmCounts, WarmPlan, WarmRef } from '../warming/warm-plan.js';

export interface SharedCounts extends WarmCounts {
  /** Articles and signals that were loaded, and that Redis did not keep. */
  readonly unshared: number;
}

const lookEveryMs = 100;
const alone = 'each process keeps it for itself alone';

/** Warming for others: what counts is what Redis holds, since this process and its memory will be gone. */
@Injectable()
export class SharedWarming {
  constructor(
    @Inject(SignalWarmer) private readonly warmer: SignalWarmer,
    @Inject(SignalNamespaces) private readonly namespaces: SignalNamespaces,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Settles when Redis answers and the history of signals is known, without which nobody believes what Redis holds. Or
   * when nobody wants to wait for that any more.
   * @throws Error when it takes longer than `withinMs`
   */
  async whenReady(withinMs: number, signal: AbortSignal): Promise<void> {
    const until = this.clock.now() + withinMs;
    while (!signal.aborted) {
      const missing = await this.missing();
      if (missing === null) return;
      if (this.clock.now() >= until)
        throw new Error(`${missing} does not answer: nothing was loaded, since nobody would find it`);
      await new Promise<void>((resolve) => void this.clock.after(lookEveryMs, resolve));
    }
  }

  /** As the warmer plans it, without what is not kept in Redis. */
  plan(games: readonly Game[]): WarmPlan {
    const { refs, skipped } = this.warmer.plan(games);
    const isShared = (type: string) => this.namespaces.get(type).type.tiers.includes('redis');
    const own = new Set(refs.map(({ type }) => type).filter((type) => !isShared(type)));
    return {
      refs: refs.filter(({ type }) => !own.has(type)),
      skipped: [...skipped, ...[...own].map((type) => ({ type, why: alone }))],
    };
  }

  /** Settles when Redis has answered of all that was loaded. */
  async run(refs: readonly WarmRef[], options: WarmOptions): Promise<SharedCounts> {
    const counts = await this.warmer.run(refs, options);
    let unshared = 0;
    for (const ref of refs) unshared += await this.countUnshared(ref);
    return { ...counts, unshared };
  }

  private async missing(): Promise<'Redis' | 'The database' | null> {
    if ((await this.tiers.redis?.serverInfo()) == null) return 'Redis';
    const isKnown = this.namespaces.all().every(({ reader }) => reader.cache.knowsPurges);
    return isKnown ? null : 'The database';
  }

  /** Nobody who reads waits until Redis has taken what was loaded: this does. */
  private async countUnshared({ type, id }: WarmRef): Promise<number> {
    const { type: kind, reader, mirrors } = this.namespaces.get(type);
    const key = `${kind.key.prefix}${id}`;
    const keys = kind.source.kind === 'feed' ? keysBelow(reader.cache.keys(), `${key}:`) : [key];
    let unshared = 0;
    for (const each of keys) {
      const entry = reader.cache.entry(each);
      if (entry === undefined || entry.absent) continue;
      await mirrors.mirror(entry);
      if ((await mirrors.findShared(each)) === null) unshared++;
    }
    return unshared;
  }
}

const keysBelow = (keys: Iterable<string>, prefix: string): string[] =>
  [...keys].filter((key) => key.startsWith(prefix));
