import { Inject, Injectable } from '@nestjs/common';
import type { LastgoodEvent } from '../../../core/index.js';
import { cacheStream } from '../../../platform/cache/index.js';
import { EventBus } from '../../../platform/observability/index.js';
import { NarrativeAnalytics } from '../analytics/narrative-analytics.service.js';
import { NarrativesUnderWay } from '../making/narratives-under-way.js';
import { personHashOf } from './person-scope.js';

/** When a person is erased, whichever process was asked: gives up what is made for them, and writes what waits. */
@Injectable()
export class ErasureWatch {
  constructor(
    @Inject(NarrativeAnalytics) private readonly analytics: Pick<NarrativeAnalytics, 'flush'>,
    @Inject(NarrativesUnderWay) private readonly underWay: Pick<NarrativesUnderWay, 'erase'>,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  private fold(event: LastgoodEvent): void {
    if (event.type !== 'purged' || event.stream !== cacheStream) return;
    const hashes = event.scopes.map(personHashOf).filter((hash) => hash !== null);
    for (const hash of hashes) this.underWay.erase(hash);
    if (hashes.length > 0) void this.analytics.flush();
  }
}
