import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MemoryTokenBucket } from '../../adapters/memory/memory-token-bucket.js';
import type { Logger } from 'pino';
import type { Clock, Policy } from '../../core/index.js';
import { CacheCoreModule, NamespaceRegistry, TiersService } from '../cache/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { SETTINGS, type Settings } from '../config/index.js';
import { dataSourceName } from '../database/index.js';
import { LOGGER } from '../observability/index.js';
import { AccessGuard } from './access.guard.js';
import { AdminThrottle } from './admin-throttle.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { accessStream, ApiKeyRepository } from './api-key.repository.js';
import { keysCodec } from './keys.codec.js';
import { accessNamespace, Authenticator, KEYS_READER, keysKey } from './authenticator.js';
import { createJwtVerifier } from './create-jwt-verifier.js';
import { JwtVerifier } from './jwt-verifier.js';
import { KeyUsage } from './key-usage.js';
import { MetricsToken } from './metrics-token.js';
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
    KeyUsage,
    MetricsToken,
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
      provide: JwtVerifier,
      inject: [SETTINGS, CLOCK, LOGGER],
      useFactory: ({ access: { jwt } }: Settings, clock: Clock, logger: Logger) =>
        jwt === null
          ? null
          : createJwtVerifier(jwt, clock, (error) =>
              logger.warn({ error }, 'the keys of tokens cannot be had, those that were had serve on'),
            ),
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
