import { Inject, Module, Optional, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Reader } from '../../core/index.js';
import { CacheCoreModule, CoherenceService, NamespaceRegistry } from '../../platform/cache/index.js';
import { ClusterModule } from '../../platform/cluster/index.js';
import { ClockModule } from '../../platform/clock/clock.module.js';
import {
  SETTINGS,
  SettingsModule,
  type Settings,
  type SettingsFactory,
} from '../../platform/config/index.js';
import { DatabaseModule, DatabaseService, dataSourceName } from '../../platform/database/index.js';
import { ObservabilityModule } from '../../platform/observability/index.js';
import { ChangePublisher } from './publishing/change-publisher.js';
import { ConfigHistory } from './publishing/config-history.service.js';
import { ConfigPlanner } from './publishing/config-planner.service.js';
import { ConfigPublisher } from './publishing/config-publisher.js';
import { ContextReserveEntity } from './rows/context-reserve.entity.js';
import { JudgeConfigEntity } from './rows/judge-config.entity.js';
import {
  MODEL_CONFIG_READER,
  modelConfigNamespace,
  modelConfigPolicy,
  snapshotKey,
  STARTS_WITHOUT_CONFIG,
} from './model-config.policy.js';
import { ModelConfigService } from './model-config.service.js';
import { OperatorSnapshots } from './operator/operator-snapshots.service.js';
import { JobPinner } from './pinning/job-pinner.js';
import { pinProviders } from './pinning/pin.providers.js';
import { ModelEntity } from './rows/model.entity.js';
import { PhaseConfigEntity } from './rows/phase-config.entity.js';
import { snapshotCodec } from './snapshot/snapshot.codec.js';
import { configStream, SnapshotRepository } from './snapshot/snapshot.repository.js';
import type { Snapshot } from './snapshot/snapshot.js';

/** How long a start waits for a database that is not there yet, where nothing was kept to start from. */
const databaseWithinMs = 2_000;
/** After that, how long the first load may take. */
const firstLoadWithinMs = 1_000;
/** How long a start that has the last known good waits to hear from the database first. */
const firstPollWithinMs = 500;

/** Provides `ModelConfigService`. */
@Module({
  imports: [
    TypeOrmModule.forFeature(
      [ModelEntity, PhaseConfigEntity, JudgeConfigEntity, ContextReserveEntity],
      dataSourceName,
    ),
  ],
  providers: [
    SnapshotRepository,
    {
      provide: MODEL_CONFIG_READER,
      inject: [NamespaceRegistry, SnapshotRepository, SETTINGS],
      useFactory: (registry: NamespaceRegistry, origin: SnapshotRepository, { modelConfig }: Settings) =>
        registry.registerPinned({
          namespace: modelConfigNamespace,
          policy: modelConfigPolicy(modelConfig),
          stream: configStream,
          key: snapshotKey,
          origin,
          codec: snapshotCodec,
          inRedis: true,
          restores: modelConfig.coldStart === 'last-known-good',
          staleAlarmMs: modelConfig.staleAlarmMs,
        }),
    },
    ...pinProviders,
    ModelConfigService,
    ChangePublisher,
    ConfigPublisher,
    ConfigHistory,
    ConfigPlanner,
    OperatorSnapshots,
  ],
  exports: [
    ModelConfigService,
    ConfigPublisher,
    ConfigHistory,
    ConfigPlanner,
    JobPinner,
    OperatorSnapshots,
    MODEL_CONFIG_READER,
  ],
})
export class ModelConfigModule implements OnApplicationBootstrap {
  constructor(
    @Inject(CoherenceService) private readonly coherence: CoherenceService,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<Snapshot>,
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Optional() @Inject(STARTS_WITHOUT_CONFIG) private readonly startsWithout = false,
  ) {}

  /** For an application of its own: brings everything it needs, with its own DataSource and database schema. */
  static forRoot(settings: Settings): DynamicModule {
    return this.standalone(SettingsModule.forRoot(settings));
  }

  /** As `forRoot`, with settings from a factory (see `parseConfig`). */
  static forRootAsync(factory: SettingsFactory): DynamicModule {
    return this.standalone(SettingsModule.forRootAsync(factory));
  }

  /** @throws ConfigUnavailableError, ConfigInvalidError when there is nothing to serve (MC-10) */
  async onApplicationBootstrap(): Promise<void> {
    if (this.reader.cache.has(snapshotKey)) {
      await this.coherence.whenAsked(configStream, firstPollWithinMs);
    } else {
      // The first polls may have met a database without tables.
      if (await this.database.whenReady(databaseWithinMs)) this.coherence.wake();
      await this.coherence.whenLoaded(configStream, firstLoadWithinMs);
    }
    if (!this.startsWithout) await this.service.list();
  }

  private static standalone(settings: DynamicModule): DynamicModule {
    return {
      module: ModelConfigModule,
      imports: [settings, ClockModule, ObservabilityModule, DatabaseModule, CacheCoreModule, ClusterModule],
    };
  }
}
