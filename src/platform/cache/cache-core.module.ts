import { CacheModule } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { Keyv } from 'keyv';
import { StaleWhileRevalidateCache, type Clock } from '../../core/index.js';
import { LruEntryMap } from '../../adapters/memory/lru-entry-map.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { CacheOperations } from './cache-operations.service.js';
import { CacheSettingsService } from './cache-settings.service.js';
import { CacheStarter } from './cache-starter.js';
import { CoherenceService } from './coherence.service.js';
import { FreezesService } from './freezes.service.js';
import { LogTrimmer } from './log-trimmer.js';
import { NamespaceRegistry } from './namespace-registry.js';
import { PurgeSweeper } from './purge-sweeper.js';
import { TiersService } from './tiers.service.js';
import { freePolicy, SwrStore } from './swr.store.js';
import { WarmDoor } from './warm-door.js';

/** Core meets adapters here: readers for features, and `CACHE_MANAGER` over the same entries. */
@Global()
@Module({
  imports: [
    // Not global: an application that we are part of may have a global one of its own.
    CacheModule.registerAsync({
      inject: [CLOCK, NamespaceRegistry, TiersService, SETTINGS],
      useFactory: (clock: Clock, registry: NamespaceRegistry, tiers: TiersService, settings: Settings) => {
        const { memoryMaxEntries: maxEntries, memoryMaxBytes: maxBytes, switches } = settings.cache;
        const entries = new LruEntryMap<unknown>({ maxEntries, maxBytes });
        const cache = new StaleWhileRevalidateCache<unknown>({ clock, policy: freePolicy, entries });
        const shared = switches.redis ? (tiers.redis?.free ?? null) : null;
        const store = new SwrStore({ clock, cache, registry, shared });
        // No prefix, and so no namespace: with one, `clear()` would look for keys that begin with it.
        const keyv = new Keyv({ store, useKeyPrefix: false, namespace: '', throwOnErrors: true });
        // Values stay objects: they are frozen, not copied.
        keyv.serialize = undefined;
        keyv.deserialize = undefined;
        return { stores: [keyv] };
      },
    }),
  ],
  providers: [
    CoherenceService,
    TiersService,
    NamespaceRegistry,
    FreezesService,
    CacheOperations,
    CacheSettingsService,
    CacheStarter,
    PurgeSweeper,
    LogTrimmer,
    WarmDoor,
  ],
  exports: [
    CoherenceService,
    TiersService,
    NamespaceRegistry,
    FreezesService,
    CacheOperations,
    CacheSettingsService,
    WarmDoor,
  ],
})
export class CacheCoreModule {}
