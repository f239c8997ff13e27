import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { UpstreamClient } from '../../adapters/http/upstream-client.js';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { CONTENT_UPSTREAM } from './upstream.js';

/** The one way by which the content service is asked: its breaker is the process's. */
@Global()
@Module({
  providers: [
    {
      provide: CONTENT_UPSTREAM,
      inject: [SETTINGS, CLOCK],
      useFactory: ({ catalog: { baseUrl, apiKey } }: Settings, clock: Clock) =>
        baseUrl === null ? null : new UpstreamClient({ baseUrl, apiKey, clock }),
    },
  ],
  exports: [CONTENT_UPSTREAM],
})
export class UpstreamModule implements OnApplicationShutdown {
  constructor(@Inject(CONTENT_UPSTREAM) private readonly client: UpstreamClient | null) {}

  async onApplicationShutdown(): Promise<void> {
    await this.client?.close();
  }
}
