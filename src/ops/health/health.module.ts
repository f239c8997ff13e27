import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DegradedIndicator } from './degraded.indicator.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DegradedIndicator],
})
export class HealthModule {}
