import { Module } from '@nestjs/common';
import { SignalsModule } from '../signals.module.js';
import { SharedWarming } from './shared-warming.service.js';
import { SignalFlushes } from './signal-flushes.service.js';
import { SignalStatsModule } from './signal-stats.module.js';
import { SignalStats } from './signal-stats.service.js';

/** Provides what operators and metrics ask of this process's signals. */
@Module({
  imports: [SignalsModule, SignalStatsModule],
  providers: [SignalStats, SignalFlushes, SharedWarming],
  exports: [SignalsModule, SignalStatsModule, SignalStats, SignalFlushes, SharedWarming],
})
export class SignalsOperatingModule {}
