import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Policy } from '../../core/index.js';
import { CacheCoreModule, NamespaceRegistry } from '../cache/index.js';
import { dataSourceName } from '../database/index.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { accessStream, ApiKeyRepository } from './api-key.repository.js';
import { keysCodec } from './keys.codec.js';
import { accessNamespace, Authenticator, KEYS_READER, keysKey } from './authenticator.js';

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
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [ApiKeyRepository, Authenticator],
})
export class SecurityModule {}
