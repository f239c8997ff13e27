import { Inject, Injectable } from '@nestjs/common';
import { parseCacheScope, type LastgoodEvent } from '../../core/index.js';
import { EventBus } from '../observability/index.js';
import { NamespaceRegistry } from './namespace-registry.js';

/** Deletes what was purged from the tiers that this process reaches. What it misses is no more than unreadable. */
@Injectable()
export class PurgeSweeper {
  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(EventBus) events: EventBus,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  private fold(event: LastgoodEvent): void {
    if (event.type === 'purged') for (const scope of event.scopes) void this.sweep(scope);
  }

  private async sweep(scope: string): Promise<void> {
    const meant = parseCacheScope(scope);
    const namespace = meant && this.registry.find(meant.namespace);
    // What is pinned was loaded anew already, and its mirrors with it.
    if (!meant || !namespace || namespace.pinnedKey !== null) return;
    await namespace.mirrors.sweep(meant);
  }
}
