import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RedisLink } from '../../src/adapters/redis/redis-link.js';
import { TiersService } from '../../src/platform/cache/index.js';

const patienceMs = 1_000;

/**
 * For whoever measures nothing, on a machine that may be busy: an application for which Redis may take its time. To be
 * given as `prepare`.
 */
export function patient(app: NestFastifyApplication): void {
  const { link } = app.get(TiersService).redis as unknown as { link: RedisLink };
  Reflect.set(Reflect.get(link, 'calls') as object, 'ms', patienceMs);
  Object.assign(link.client.options, { commandTimeout: patienceMs });
}
