import { Inject, Injectable } from '@nestjs/common';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { SignalMissingError } from '../reading/signal-missing.error.js';
import { SignalService } from '../reading/signal.service.js';
import type { Game } from './game.js';
import { planWarming } from './plan-warming.js';
import type { WarmCounts, WarmPlan, WarmRef } from './warm-plan.js';

export interface WarmOptions {
  /** At least 1. */
  readonly concurrency: number;
  /** Aborted: nothing more is begun. */
  readonly signal: AbortSignal;
  /** Called once for each signal or feed that is done with; `error`: why it could not be loaded. */
  readonly tell?: (counts: WarmCounts, ref: WarmRef, error: unknown) => void;
}

type Outcome = 'loaded' | 'missing' | 'failed';

/** Loads what will be asked for before it is (SI-8). */
@Injectable()
export class SignalWarmer {
  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'all' | 'get'>,
    @Inject(SignalService) private readonly signals: Pick<SignalService, 'get' | 'list'>,
  ) {}

  /** @throws RangeError for more signals than are loaded at once */
  plan(games: readonly Game[]): WarmPlan {
    return planWarming(
      this.namespaces.all().map(({ type }) => type),
      games,
    );
  }

  /** What is there and inside its limit is not asked for again. Settles when all are done with, or as the signal says. */
  async run(refs: readonly WarmRef[], { concurrency, signal, tell }: WarmOptions): Promise<WarmCounts> {
    const total = refs.length;
    let counts: WarmCounts = { total, processed: 0, loaded: 0, missing: 0, failed: 0 };
    const waiting = refs.values();
    const lane = async () => {
      for (const ref of waiting) {
        if (signal.aborted) return;
        const { outcome, error } = await attempt(() => this.load(ref));
        counts = { ...counts, processed: counts.processed + 1, [outcome]: counts[outcome] + 1 };
        tell?.(counts, ref, error);
      }
    };
    await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), total) }, lane));
    return counts;
  }

  private load({ type, id }: WarmRef): Promise<unknown> {
    const isFeed = this.namespaces.get(type).type.source.kind === 'feed';
    return isFeed ? this.signals.list(type, id) : this.signals.get(type, id);
  }
}

async function attempt(load: () => Promise<unknown>): Promise<{ outcome: Outcome; error: unknown }> {
  try {
    await load();
    return { outcome: 'loaded', error: null };
  } catch (error) {
    return error instanceof SignalMissingError
      ? { outcome: 'missing', error: null }
      : { outcome: 'failed', error };
  }
}
