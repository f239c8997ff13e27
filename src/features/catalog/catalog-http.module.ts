import { Module } from '@nestjs/common';
import { SecurityModule } from '../../platform/security/index.js';
import { CatalogController } from './asking/catalog.controller.js';
import { CatalogModule } from './catalog.module.js';
import { warmingProviders } from './warming/warming.providers.js';
import { webhookControllers, webhookProviders } from './webhooks/webhook.providers.js';

/** The REST side, webhooks, and what a process that lives for long does with its catalogue. */
@Module({
  imports: [CatalogModule, SecurityModule],
  providers: [...webhookProviders, ...warmingProviders],
  controllers: [CatalogController, ...webhookControllers],
})
export class CatalogHttpModule {}
