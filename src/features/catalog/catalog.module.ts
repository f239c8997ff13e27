import { Module } from '@nestjs/common';
import type { Clock } from '../../core/index.js';
import { CoherenceService, NamespaceRegistry } from '../../platform/cache/index.js';
import { CLOCK } from '../../platform/clock/clock.module.js';
import { SETTINGS, type Settings } from '../../platform/config/index.js';
import { CONTENT_UPSTREAM, UpstreamModule, type Upstream } from '../../platform/upstream/index.js';
import { CatalogCounters } from './catalog-counters.js';
import {
  CATALOG_READER,
  catalogNamespace,
  catalogPolicy,
  catalogStream,
  mostViewBytes,
  refreshIntervalMs,
} from './catalog.policy.js';
import { CatalogService } from './reading/catalog.service.js';
import { CatalogOrigin } from './upstream/catalog.origin.js';
import { LookAgainTimers } from './upstream/look-again-timers.js';
import { viewCodec } from './upstream/view.codec.js';
import { ReadCounts } from './warming/read-counts.js';

/** Provides `CatalogService`. */
@Module({
  imports: [UpstreamModule],
  providers: [
    CatalogCounters,
    ReadCounts,
    LookAgainTimers,
    {
      provide: CatalogOrigin,
      inject: [CONTENT_UPSTREAM, CLOCK, SETTINGS, CoherenceService, CatalogCounters, LookAgainTimers],
      useFactory: (
        upstream: Upstream | null,
        clock: Clock,
        { catalog }: Settings,
        coherence: CoherenceService,
        counters: CatalogCounters,
        timers: LookAgainTimers,
      ) =>
        new CatalogOrigin({
          upstream,
          clock,
          settings: catalog,
          stream: coherence.stream(catalogStream),
          counters,
          timers,
        }),
    },
    {
      provide: CATALOG_READER,
      inject: [NamespaceRegistry, CatalogOrigin, SETTINGS, CONTENT_UPSTREAM, LookAgainTimers],
      useFactory: (
        registry: NamespaceRegistry,
        origin: CatalogOrigin,
        { catalog }: Settings,
        upstream: Upstream | null,
        timers: LookAgainTimers,
      ) => {
        const reader = registry.register({
          namespace: catalogNamespace,
          policy: catalogPolicy(catalog),
          stream: catalogStream,
          confirmedBy: 'load',
          origin,
          codec: viewCodec,
          maxValueBytes: mostViewBytes,
          refreshIntervalMs,
        });
        timers.use(reader);
        upstream?.onRecovered(() => reader.originRecovered());
        return reader;
      },
    },
    CatalogService,
  ],
  exports: [CatalogService, CatalogCounters, ReadCounts, CATALOG_READER],
})
export class CatalogModule {}
