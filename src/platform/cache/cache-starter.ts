import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CoherenceService } from './coherence.service.js';
import { NamespaceRegistry } from './namespace-registry.js';
import type { Namespace } from './namespace.js';
import { TiersService } from './tiers.service.js';

/**
 * Starts everything once all namespaces are registered. The last known good is read on every boot, beside the first
 * polls: whichever is newer stands, and the way out of an outage is the way that is always gone.
 */
@Injectable()
export class CacheStarter implements OnModuleInit {
  constructor(
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
  ) {}

  async onModuleInit(): Promise<void> {
    this.coherence.start();
    await this.tiers.start();
    await Promise.all(this.registry.all().map((each) => restore(each)));
  }
}

async function restore({ mirrors, pinnedKey }: Namespace): Promise<void> {
  if (pinnedKey !== null) await mirrors.findAll(pinnedKey);
}
