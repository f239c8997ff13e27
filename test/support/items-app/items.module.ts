import { Module, type DynamicModule } from '@nestjs/common';
import type { Policy, Reader } from '../../../src/core/index.js';
import { CacheCoreModule, NamespaceRegistry } from '../../../src/platform/cache/index.js';
import { ClockModule } from '../../../src/platform/clock/clock.module.js';
import { SettingsModule, type Settings } from '../../../src/platform/config/index.js';
import { DatabaseModule } from '../../../src/platform/database/index.js';
import { ObservabilityModule } from '../../../src/platform/observability/index.js';
import { ItemsOrigin, itemsStream, madeUpOrigin, QuotesOrigin, type Item } from './items.origin.js';

/** Injects the readers, by namespace. */
export const READERS = Symbol('READERS');
export type Readers = Readonly<Record<string, Reader<Item>>>;

/** Superseded values are served for as long as the origin cannot be asked: a warm read never fails. */
const policy: Policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 250,
  hardTimeoutMs: 2_000,
  negativeMaxAgeMs: 60_000,
  jitter: 0.1,
  invalidatedMaxStaleMs: null,
};

/** Three namespaces of many keys over the platform alone: counted in Postgres, confirmed by loads, and made up. */
@Module({
  imports: [ClockModule, ObservabilityModule, DatabaseModule, CacheCoreModule],
  providers: [
    ItemsOrigin,
    {
      provide: READERS,
      inject: [NamespaceRegistry, ItemsOrigin],
      useFactory: (registry: NamespaceRegistry, origin: ItemsOrigin): Readers => {
        const stream = itemsStream;
        return {
          items: registry.register<Item>({
            namespace: 'items',
            policy: itemsPolicy(),
            stream,
            confirmedBy: 'counter',
            origin,
          }),
          quotes: registry.register<Item>({
            namespace: 'quotes',
            policy: { ...itemsPolicy(), staleWhileRevalidateMs: 60_000 },
            stream,
            confirmedBy: 'load',
            origin: new QuotesOrigin(origin),
          }),
          'made-up': registry.register<Item>({
            namespace: 'made-up',
            policy: { ...policy, maxAgeMs: 3_600_000 },
            stream,
            confirmedBy: 'load',
            origin: madeUpOrigin,
            onDisk: false,
          }),
        };
      },
    },
  ],
})
export class ItemsModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: ItemsModule, imports: [SettingsModule.forRoot(settings)] };
  }
}

function itemsPolicy(): Policy {
  return { ...policy, maxAgeMs: Number(process.env.ITEMS_MAX_AGE_MS ?? policy.maxAgeMs) };
}
