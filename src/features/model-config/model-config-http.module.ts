import { Module } from '@nestjs/common';
import { AdminJudgesController } from './admin-judges.controller.js';
import { AdminModelsController } from './admin-models.controller.js';
import { AdminPhasesController } from './admin-phases.controller.js';
import { ConfigController } from './config.controller.js';
import { ModelConfigModule } from './model-config.module.js';

/** The REST side, apart: another application that injects the service need not have our routes. */
@Module({
  imports: [ModelConfigModule],
  controllers: [ConfigController, AdminPhasesController, AdminJudgesController, AdminModelsController],
})
export class ModelConfigHttpModule {}
