import { CacheModule } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { Keyv } from 'keyv';
import { StaleWhileRevalidateCache, type Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { CoherenceService } from './coherence.service.js';
import { NamespaceRegistry } from './namespace-registry.js';
import { freePolicy, SwrStore } from './swr.store.js';

/** Core meets adapters here: readers for features, and `CACHE_MANAGER` over the same entries. */
@Global()
@Module({
  imports: [
    CacheModule.registerAsync({
      isGlobal: true,
      inject: [CLOCK, NamespaceRegistry],
      useFactory: (clock: Clock, registry: NamespaceRegistry) => {
        const cache = new StaleWhileRevalidateCache<unknown>({ clock, policy: freePolicy });
        const store = new SwrStore(cache, registry);
        // No prefix, and so no namespace: with one, `clear()` would look for keys that begin with it.
        const keyv = new Keyv({ store, useKeyPrefix: false, namespace: '', throwOnErrors: true });
        // Values stay objects: they are frozen, not copied.
        keyv.serialize = undefined;
        keyv.deserialize = undefined;
        return { stores: [keyv] };
      },
    }),
  ],
  providers: [CoherenceService, NamespaceRegistry],
  exports: [CoherenceService, NamespaceRegistry],
})
export class CacheCoreModule {}
