import { Module } from '@nestjs/common';
import { AdminSnapshotController } from './operator/admin-snapshot.controller.js';
import { AdminConfigController } from './publishing/admin-config.controller.js';
import { AdminHistoryController } from './publishing/admin-history.controller.js';
import { AdminJudgesController } from './publishing/admin-judges.controller.js';
import { AdminModelsController } from './publishing/admin-models.controller.js';
import { AdminPhasesController } from './publishing/admin-phases.controller.js';
import { PublicationAnswers } from './publishing/publication-answers.js';
import { JobsController } from './pinning/jobs.controller.js';
import { ConfigController } from './reading/config.controller.js';
import { ModelConfigModule } from './model-config.module.js';

/** The REST side, apart: another application that injects the service need not have our routes. */
@Module({
  imports: [ModelConfigModule],
  controllers: [
    ConfigController,
    JobsController,
    AdminPhasesController,
    AdminJudgesController,
    AdminModelsController,
    AdminConfigController,
    AdminSnapshotController,
    AdminHistoryController,
  ],
  providers: [PublicationAnswers],
})
export class ModelConfigHttpModule {}
