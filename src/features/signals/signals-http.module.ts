import { Module } from '@nestjs/common';
import { SecurityModule } from '../../platform/security/index.js';
import { SignalsController } from './asking/signals.controller.js';
import { AdminSignalsController } from './operating/admin-signals.controller.js';
import { BriefWarming } from './operating/brief-warming.service.js';
import { SignalCleanup } from './operating/signal-cleanup.service.js';
import { SignalFleet } from './operating/signal-fleet.service.js';
import { SignalWatch } from './operating/signal-watch.service.js';
import { SignalsOperatingModule } from './operating/signals-operating.module.js';

/** The REST side, and what a process that lives for long does with its signals. */
@Module({
  imports: [SignalsOperatingModule, SecurityModule],
  providers: [SignalFleet, SignalWatch, SignalCleanup, BriefWarming],
  controllers: [SignalsController, AdminSignalsController],
})
export class SignalsHttpModule {}
