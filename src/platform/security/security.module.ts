import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MemoryTokenBucket } from '../../adapters/memory/memory-token-bucket.js';
import type { Clock, Policy } from '../../core/index.js';
import { CacheCoreModule, NamespaceRegistry, TiersService } from '../cache/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { dataSourceName } from '../database/index.js';
import { AccessGuard } from './access.guard.js';
import { AdminThrottle } from './admin-throttle.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { accessStream, ApiKeyRepository } from './api-key.repository.js';
import { keysCodec } from './keys.codec.js';
import { accessNamespace, Authenticator, KEYS_READER, keysKey } from './authenticator.js';
import { RateLimiter } from './rate-limiter.js';

/** As for model configuration: who was known stays known while the database is away. */
const accessPolicy: Policy = {
  maxAgeMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};

@Module({
  imports: [CacheCoreModule, TypeOrmModule.forFeature([ApiKeyEntity], dataSourceName)],
  providers: [
    ApiKeyRepository,
    Authenticator,
    {
      provide: KEYS_READER,
      inject: [NamespaceRegistry, ApiKeyRepository],
      // Not in Redis: whoever may write there could make keys of their own.
      useFactory: (registry: NamespaceRegistry, origin: ApiKeyRepository) =>
        registry.registerPinned({
          namespace: accessNamespace,
          policy: accessPolicy,
          stream: accessStream,
          key: keysKey,
          origin,
          codec: keysCodec,
        }),
    },
    {
      provide: AdminThrottle,
      inject: [SETTINGS, CLOCK, TiersService],
      useFactory: ({ access: { adminRate: rate } }: Settings, clock: Clock, { redis }: TiersService) => {
        const local = new MemoryTokenBucket(clock, rate);
        const limiter = new RateLimiter({ clock, local, shared: redis?.adminTokens ?? null });
        return new AdminThrottle({ limiter, rate, clock });
      },
    },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AdminThrottle, ApiKeyRepository, Authenticator],
})
export class SecurityModule {}
