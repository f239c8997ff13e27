import { Inject, Injectable } from '@nestjs/common';
import { parseCacheScope, type LastgoodEvent } from '../../../core/index.js';
import { EventBus } from '../../../platform/observability/index.js';
import { narrativesNamespace } from '../narratives.policy.js';
import { NarrativesUnderWay } from './narratives-under-way.js';

/** Ends what is being made of a narrative that was purged and that nobody waits for: it would be thrown away. */
@Injectable()
export class AbandonedNarratives {
  constructor(
    @Inject(NarrativesUnderWay) private readonly underWay: NarrativesUnderWay,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  private fold(event: LastgoodEvent): void {
    if (event.type === 'purged') for (const scope of event.scopes) this.abandon(scope);
  }

  private abandon(scope: string): void {
    const meant = parseCacheScope(scope);
    if (meant?.namespace !== narrativesNamespace) return;
    for (const key of this.underWay.keys()) {
      if ((meant.key ?? key) === key && key.startsWith(meant.prefix ?? '')) this.underWay.abandon(key);
    }
  }
}
