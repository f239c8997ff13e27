import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HttpSourceClient } from '../../adapters/http/http-source-client.js';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { SOURCE_CLIENT } from './source-client.js';

/** The one way by which sources are asked: what a host bears is the process's to heed. */
@Global()
@Module({
  providers: [
    {
      provide: SOURCE_CLIENT,
      inject: [SETTINGS, CLOCK],
      useFactory: ({ signals }: Settings, clock: Clock) =>
        new HttpSourceClient({ clock, allowed: signals.allowedHosts }),
    },
  ],
  exports: [SOURCE_CLIENT],
})
export class SourcesModule implements OnApplicationShutdown {
  constructor(@Inject(SOURCE_CLIENT) private readonly client: HttpSourceClient) {}

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
