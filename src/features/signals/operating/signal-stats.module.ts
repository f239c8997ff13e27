import { Module } from '@nestjs/common';
import { SignalStatsRepository } from './signal-stats.repository.js';

/** Provides `SignalStatsRepository`, for whoever reads what others told and keeps no signals. */
@Module({ providers: [SignalStatsRepository], exports: [SignalStatsRepository] })
export class SignalStatsModule {}
