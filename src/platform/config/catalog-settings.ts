import type { z } from 'zod';
import type { environmentSchema } from './environment.js';
import type { CatalogSettings } from './settings.js';

const secondMs = 1_000;
const dayMs = 86_400_000;

/** Adds what is wrong between settings to `faults`. */
export function catalogSettings(
  values: z.infer<typeof environmentSchema>,
  faults: string[],
): CatalogSettings {
  const { CATALOG_WEBHOOK_REGISTER_URL: at, CATALOG_WEBHOOK_URL: url } = values;
  if (at !== undefined && url === undefined)
    faults.push('CATALOG_WEBHOOK_URL: must be set where CATALOG_WEBHOOK_REGISTER_URL is; it is not');
  return Object.freeze({
    baseUrl: values.CATALOG_BASE_URL ?? null,
    apiKey: values.CATALOG_API_KEY ?? null,
    maxAge: Object.freeze({
      configMs: values.DCS_CACHE_DEFAULT_TTL * secondMs,
      publisherMs: values.DCS_CACHE_PUBLISHER_TTL * secondMs,
      bookMs: values.DCS_CACHE_BOOK_TTL * secondMs,
      logoMs: values.DCS_CACHE_LOGO_TTL * secondMs,
    }),
    webhooks: Object.freeze({
      secrets: Object.freeze(values.CATALOG_WEBHOOK_SECRETS),
      legacySecrets: Object.freeze(values.CATALOG_WEBHOOK_LEGACY_SECRETS),
      keepMs: values.CATALOG_WEBHOOK_KEEP_DAYS * dayMs,
      registration: at !== undefined && url !== undefined ? Object.freeze({ at, url }) : null,
    }),
  });
}
