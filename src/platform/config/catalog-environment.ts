import { setting } from './setting.js';
import { apiUrl, headerSecret, longestDays, webhookUrl, whole } from './setting-forms.js';
import { plainSecrets, standardSecrets } from './webhook-secret-forms.js';

const seconds = whole(1, 604_800);
const limit = (what: string) => `Seconds that ${what} of the catalogue is fresh`;

/** The catalogue, and the webhooks that keep it right. */
export const catalogEnvironment = {
  CATALOG_BASE_URL: setting(
    apiUrl.optional(),
    'Content service that publishers and books are read from (`docs/catalog.md`); without it there is no catalogue',
    'none',
  ),
  CATALOG_API_KEY: setting(
    headerSecret.optional(),
    'Key sent to the content service as `Authorization: Bearer …`',
    'none',
  ),
  DCS_CACHE_DEFAULT_TTL: setting(seconds.default(300), limit("a book's configuration"), '300'),
  DCS_CACHE_PUBLISHER_TTL: setting(seconds.default(600), limit('a publisher, or their list,'), '600'),
  DCS_CACHE_BOOK_TTL: setting(seconds.default(600), limit('a book, or a list of books,'), '600'),
  DCS_CACHE_LOGO_TTL: setting(seconds.default(3_600), limit("a publisher's logo"), '3600'),
  CATALOG_WEBHOOK_SECRETS: setting(
    standardSecrets.default([]),
    'Secrets that webhooks may be signed with (Standard Webhooks, `whsec_…`), with commas between them; while a secret is replaced, the old and the new one; without any, webhooks are refused',
    'none',
  ),
  CATALOG_WEBHOOK_LEGACY_SECRETS: setting(
    plainSecrets.default([]),
    'Secrets, with commas between them, of senders that sign by `X-Webhook-Signature: sha256=<hex>`; without any, that form is refused',
    'none',
  ),
  CATALOG_WEBHOOK_KEEP_DAYS: setting(
    whole(1, longestDays).default(30),
    'Days that the log of webhooks is kept',
    '30',
  ),
  CATALOG_WEBHOOK_REGISTER_URL: setting(
    apiUrl.optional(),
    'Where the content service takes registrations: at each start, `CATALOG_WEBHOOK_URL` is registered there',
    'none',
  ),
  CATALOG_WEBHOOK_URL: setting(
    webhookUrl.optional(),
    'Where the content service reaches `POST /webhooks/catalog` of this one; needed to register',
    'none',
  ),
};
