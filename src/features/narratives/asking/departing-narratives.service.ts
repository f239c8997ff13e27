import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { CancelTimer, Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { Draining } from '../../../platform/http/index.js';
import { NarrativesUnderWay } from '../making/narratives-under-way.js';

/** What a text that stands in may take, before its request is cut off. */
const forTextMs = 2_500;

/** Whoever waits for a narrative when the process goes is given a text in time: a model may take longer than is left. */
@Injectable()
export class DepartingNarratives implements BeforeApplicationShutdown {
  private cancelTimer: CancelTimer = () => undefined;

  constructor(
    @Inject(NarrativesUnderWay) underWay: NarrativesUnderWay,
    @Inject(Draining) draining: Draining,
    @Inject(CLOCK) clock: Clock,
  ) {
    draining.onCut((inMs) => {
      this.cancelTimer = clock.after(Math.max(0, inMs - forTextMs), () => underWay.endWaits());
    });
  }

  beforeApplicationShutdown(): void {
    this.cancelTimer();
  }
}
