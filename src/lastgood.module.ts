import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogModule } from './features/catalog/index.js';
import { ModelConfigModule } from './features/model-config/index.js';
import { PromptsModule } from './features/prompts/index.js';
import { SignalsModule } from './features/signals/index.js';
import { CacheCoreModule } from './platform/cache/index.js';
import { ClockModule } from './platform/clock/clock.module.js';
import { ClusterModule } from './platform/cluster/index.js';
import { SettingsModule, type Settings, type SettingsFactory } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { ObservabilityModule } from './platform/observability/index.js';

const platform = [ClockModule, ObservabilityModule, DatabaseModule, CacheCoreModule, ClusterModule];
const features = [ModelConfigModule, PromptsModule, SignalsModule, CatalogModule];

/**
 * What another Nest application imports, once: its providers everywhere may inject `ModelConfigService`, `PromptManager`,
 * `SignalService` and `CatalogService`. No routes, guards, pipes, filters or metrics of ours come with it.
 */
@Module({ imports: [...platform, ...features], exports: features })
export class LastgoodModule {
  static forRoot(settings: Settings): DynamicModule {
    return this.with(SettingsModule.forRoot(settings));
  }

  /** As `forRoot`, with settings from a factory (see `parseConfig`). */
  static forRootAsync(factory: SettingsFactory): DynamicModule {
    return this.with(SettingsModule.forRootAsync(factory));
  }

  private static with(settings: DynamicModule): DynamicModule {
    return { module: LastgoodModule, global: true, imports: [settings] };
  }
}
