import { Module } from '@nestjs/common';
import { SecurityModule } from '../../platform/security/index.js';
import { AdminNarrativesController } from './analytics/admin-narratives.controller.js';
import { DepartingNarratives } from './asking/departing-narratives.service.js';
import { NarrativesController } from './asking/narratives.controller.js';
import { NarrativesModule } from './narratives.module.js';

/** The REST side, apart. */
@Module({
  imports: [NarrativesModule, SecurityModule],
  providers: [DepartingNarratives],
  controllers: [NarrativesController, AdminNarrativesController],
})
export class NarrativesHttpModule {}
