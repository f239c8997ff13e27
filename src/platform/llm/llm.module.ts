import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LlmClient } from '../../adapters/llm/llm-client.js';
import type { Clock } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';

/** The one way by which models are asked: breakers and the retry budget are the process's. */
@Global()
@Module({
  providers: [
    {
      provide: LlmClient,
      inject: [SETTINGS, CLOCK],
      useFactory: ({ llm: { baseUrl, apiKey } }: Settings, clock: Clock) =>
        new LlmClient({ baseUrl, apiKey, clock }),
    },
  ],
  exports: [LlmClient],
})
export class LlmModule implements OnApplicationShutdown {
  constructor(@Inject(LlmClient) private readonly client: LlmClient) {}

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
