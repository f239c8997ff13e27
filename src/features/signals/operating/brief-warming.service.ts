import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { Game } from '../warming/game.js';
import { SignalWarmer } from '../warming/signal-warmer.service.js';
import type { WarmWire } from './admin-signals.schemas.js';

/** As long as a request may take, and somebody waits for it. */
const withinMs = 20_000;
const atOnce = 8;

/** Warming for whoever waits for the answer: what is not begun in time is left. */
@Injectable()
export class BriefWarming {
  constructor(
    @Inject(SignalWarmer) private readonly warmer: SignalWarmer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(games: readonly Game[]): Promise<WarmWire> {
    const { refs, skipped } = this.warmer.plan(games);
    const over = new AbortController();
    const cancel = this.clock.after(withinMs, () => over.abort());
    try {
      const counts = await this.warmer.run(refs, { concurrency: atOnce, signal: over.signal });
      return { ...counts, skipped: [...skipped] };
    } finally {
      cancel();
    }
  }
}
