import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogHttpModule } from './features/catalog/catalog-http.module.js';
import { LessonsHttpModule } from './features/lessons/index.js';
import { ModelConfigHttpModule } from './features/model-config/index.js';
import { NarrativesHttpModule } from './features/narratives/index.js';
import { PromptsHttpModule } from './features/prompts/index.js';
import { SignalsHttpModule } from './features/signals/signals-http.module.js';
import { CacheAdminModule } from './ops/cache-admin/cache-admin.module.js';
import { ClusterAdminModule } from './ops/cluster/cluster-admin.module.js';
import { FirstStartModule } from './ops/first-start/first-start.module.js';
import { HealthModule } from './ops/health/health.module.js';
import { MetricsModule } from './ops/metrics/metrics.module.js';
import { AlertsModule } from './platform/alerts/index.js';
import { AuditModule, AuditWatchModule } from './platform/audit/index.js';
import { CacheCoreModule } from './platform/cache/index.js';
import { ClusterModule } from './platform/cluster/index.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { SettingsModule, type Settings } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { DatabaseWatchModule } from './platform/database-watch/index.js';
import { HttpModule } from './platform/http/index.js';
import { LlmModule } from './platform/llm/index.js';
import { JobsModule } from './platform/jobs/index.js';
import { ObservabilityModule } from './platform/observability/index.js';
import { BreakGlassModule, SecurityModule } from './platform/security/index.js';

const platform = [
  ClockModule,
  ObservabilityModule,
  DatabaseModule,
  DatabaseWatchModule,
  CacheCoreModule,
  SecurityModule,
  BreakGlassModule,
  AuditModule,
  AuditWatchModule,
  ClusterModule,
  HttpModule,
  JobsModule,
  AlertsModule,
  LlmModule,
];
const features = [
  ModelConfigHttpModule,
  PromptsHttpModule,
  LessonsHttpModule,
  NarrativesHttpModule,
  SignalsHttpModule,
  CatalogHttpModule,
];
const ops = [HealthModule, MetricsModule, CacheAdminModule, ClusterAdminModule, FirstStartModule];

/** The whole monolith. */
@Module({ imports: [...platform, ...features, ...ops] })
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: AppModule, imports: [SettingsModule.forRoot(settings)] };
  }
}
