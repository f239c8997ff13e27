import type { Provider } from '@nestjs/common';
import { CatalogWarmup } from './catalog-warmup.service.js';
import { ReadCountKeeper } from './read-count-keeper.service.js';
import { WebhookRegistration } from './webhook-registration.service.js';

/** What a process that lives for long does at its start, for later starts, and for whoever watches it. */
export const warmingProviders: Provider[] = [CatalogWarmup, ReadCountKeeper, WebhookRegistration];
