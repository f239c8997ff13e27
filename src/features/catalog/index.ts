export { CatalogCounters } from './catalog-counters.js';
export { CatalogModule } from './catalog.module.js';
export { CatalogNotFoundError } from './reading/catalog-not-found.error.js';
export { CatalogTooStaleError } from './reading/catalog-too-stale.error.js';
export { CatalogUnavailableError } from './reading/catalog-unavailable.error.js';
export type { CatalogMeta, CatalogRead } from './reading/catalog-read.js';
export { CatalogService, type CatalogReadOptions } from './reading/catalog.service.js';
export type { PublisherLogo } from './reading/publisher-logo.js';
export type { Book, BookConfig, Publisher } from './views/catalog-view.js';
