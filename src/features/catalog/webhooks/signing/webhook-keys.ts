import type { CatalogSettings } from '../../../../platform/config/index.js';

/** What webhooks may be signed with: all of these, so that a secret can be replaced without losing any. */
export interface WebhookKeys {
  readonly standard: readonly Buffer[];
  /** Of the older form. */
  readonly legacy: readonly Buffer[];
}

const prefix = 'whsec_';

/** As the settings have them, which have checked their form. */
export const webhookKeys = ({
  secrets,
  legacySecrets,
}: Pick<CatalogSettings['webhooks'], 'secrets' | 'legacySecrets'>): WebhookKeys => ({
  standard: secrets.map((secret) => Buffer.from(secret.slice(prefix.length), 'base64')),
  legacy: legacySecrets.map((secret) => Buffer.from(secret, 'utf8')),
});
