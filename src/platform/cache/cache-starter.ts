import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DatabaseService } from '../database/index.js';
import { CoherenceService } from './coherence.service.js';
import { FreezesService } from './freezes.service.js';
import { NamespaceRegistry } from './namespace-registry.js';
import type { Namespace } from './namespace.js';
import { TiersService } from './tiers.service.js';

/** Polls begin by then, whatever a migration does: it may wait for another process that migrates. */
const migratedWithinMs = 10_000;

/**
 * Starts everything once all namespaces are registered. The last known good is read on every boot, beside the first
 * polls: whichever is newer stands, and the way out of an outage is the way that is always gone. Of what is frozen it is
 * read before there is anything newer.
 */
@Injectable()
export class CacheStarter implements OnModuleInit, BeforeApplicationShutdown {
  private isOver = false;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(FreezesService) private readonly freezes: FreezesService,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.freezes.restore();
    const frozen = this.registry.all().filter(({ cache }) => cache.freeze.isOn);
    if (frozen.length > 0) {
      await this.tiers.start();
      await Promise.all(frozen.map((each) => restore(each)));
      await this.freezes.restoreContents(true);
    }
    void this.startPolls();
    if (frozen.length === 0) await this.tiers.start();
    await Promise.all(this.registry.all().map((each) => restore(each)));
    await this.freezes.restoreContents(false);
  }

  beforeApplicationShutdown(): void {
    this.isOver = true;
  }

  /** Of a database that has no tables yet, polls would only complain. Nobody waits for this. */
  private async startPolls(): Promise<void> {
    await this.database.whenTried(migratedWithinMs);
    if (!this.isOver) this.coherence.start();
  }
}

async function restore({ mirrors, pinnedKey }: Namespace): Promise<void> {
  if (pinnedKey !== null) await mirrors.findAll(pinnedKey);
}
