import { Inject, Injectable } from '@nestjs/common';
import type { LastgoodEvent } from '../../../core/index.js';
import { NamespaceRegistry } from '../../../platform/cache/index.js';
import { EventBus } from '../../../platform/observability/index.js';
import { promptSettingsNamespace, promptsStream } from '../prompts.policy.js';

const ofPerson = /^prompt-user:([^]+)$/;

/**
 * Deletes from Redis what a person took back, whoever removed it and how: nobody is given it any more, and it is not to
 * lie about until its time is over either.
 */
@Injectable()
export class PersonPurges {
  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  private fold(event: LastgoodEvent): void {
    if (event.type !== 'purged' || event.stream !== promptsStream) return;
    for (const scope of event.scopes) {
      const userId = ofPerson.exec(scope)?.[1];
      if (userId !== undefined) void this.registry.get(promptSettingsNamespace).mirrors.delete(userId);
    }
  }
}
