import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/index.js';
import { ALERT_CHANNELS, AlertsService } from './alerts.service.js';
import { openChannels } from './open-channels.js';

@Global()
@Module({
  providers: [
    {
      provide: ALERT_CHANNELS,
      inject: [SETTINGS],
      useFactory: ({ alerts }: Settings) => openChannels(alerts),
    },
    AlertsService,
  ],
  exports: [AlertsService],
})
export class AlertsModule {}
