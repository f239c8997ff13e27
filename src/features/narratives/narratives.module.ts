import { Module } from '@nestjs/common';
import { cacheStream, NamespaceRegistry } from '../../platform/cache/index.js';
import { SETTINGS, type Settings } from '../../platform/config/index.js';
import { ModelCallingModule, ModelConfigModule } from '../model-config/index.js';
import { PromptsModule } from '../prompts/index.js';
import { analyticsProviders } from './analytics/analytics.providers.js';
import { NarrativeAnalytics } from './analytics/narrative-analytics.service.js';
import { NarrativeReports } from './analytics/narrative-reports.service.js';
import { NarrativeStats } from './analytics/narrative-stats.service.js';
import { erasingProviders } from './erasing/erasing.providers.js';
import { NarrativeErasure } from './erasing/narrative-erasure.service.js';
import { NarrativeReads } from './asking/narrative-reads.js';
import { NarrativesService } from './asking/narratives.service.js';
import { AbandonedNarratives } from './making/abandoned-narratives.service.js';
import { KeptPrompts } from './making/kept-prompts.service.js';
import { NarrativeFallback } from './making/narrative-fallback.js';
import { NarrativeGenerator } from './making/narrative-generator.js';
import { NarrativeOrigin } from './making/narrative.origin.js';
import { NarrativeRecipes } from './making/narrative-recipes.service.js';
import { NarrativesUnderWay } from './making/narratives-under-way.js';
import { PaidGenerations } from './making/paid-generations.js';
import {
  NARRATIVES_READER,
  narrativesAtOnce,
  narrativesNamespace,
  narrativesPolicy,
} from './narratives.policy.js';

/** As long as a generation may take: who waits for another process is given its narrative, or none. */
const lockWaitMs = 25_000;

/** Provides `NarrativesService`. */
@Module({
  imports: [ModelConfigModule, ModelCallingModule, PromptsModule],
  providers: [
    ...analyticsProviders,
    ...erasingProviders,
    NarrativesUnderWay,
    NarrativeRecipes,
    NarrativeGenerator,
    PaidGenerations,
    NarrativeOrigin,
    {
      provide: NARRATIVES_READER,
      inject: [NamespaceRegistry, NarrativeOrigin, SETTINGS],
      useFactory: (registry: NamespaceRegistry, origin: NarrativeOrigin, settings: Settings) =>
        registry.register({
          namespace: narrativesNamespace,
          policy: narrativesPolicy(settings),
          stream: cacheStream,
          confirmedBy: 'load',
          origin,
          personal: true,
          lockWaitMs,
          maxLoadsAtOnce: narrativesAtOnce,
        }),
    },
    NarrativeFallback,
    KeptPrompts,
    AbandonedNarratives,
    NarrativeReads,
    NarrativesService,
  ],
  exports: [
    NarrativesService,
    NarrativesUnderWay,
    NarrativeRecipes,
    NarrativeAnalytics,
    NarrativeReports,
    NarrativeStats,
    NarrativeErasure,
    NARRATIVES_READER,
  ],
})
export class NarrativesModule {}
