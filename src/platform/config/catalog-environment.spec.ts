import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

const base64Of = (bytes: number) => Buffer.alloc(bytes, 0xfb).toString('base64');
const standard = (bytes: number) => `whsec_${base64Of(bytes)}`;

function faultsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('the settings of the catalogue', () => {
  it('name no content service and no secret by default, and are fresh as long as is usual (CT-2)', () => {
    expect(parseConfig({}).catalog).toEqual({
      baseUrl: null,
      apiKey: null,
      maxAge: { configMs: 300_000, publisherMs: 600_000, bookMs: 600_000, logoMs: 3_600_000 },
      webhooks: { secrets: [], legacySecrets: [], keepMs: 30 * 86_400_000, registration: null },
    });
  });

  it('take what is given, at the limits of what it may be (CT-1, CT-2, CT-4, CT-8)', () => {
    const { catalog } = parseConfig({
      CATALOG_BASE_URL: 'https://content.example/v2/',
      CATALOG_API_KEY: '~k3y!',
      DCS_CACHE_DEFAULT_TTL: '1',
      DCS_CACHE_PUBLISHER_TTL: '604800',
      DCS_CACHE_BOOK_TTL: '2',
      DCS_CACHE_LOGO_TTL: '3',
      CATALOG_WEBHOOK_SECRETS: `${standard(24)} , ${standard(64)}`,
      CATALOG_WEBHOOK_LEGACY_SECRETS: 'x'.repeat(24),
      CATALOG_WEBHOOK_KEEP_DAYS: '3650',
      CATALOG_WEBHOOK_REGISTER_URL: 'https://content.example/v2/webhooks',
      CATALOG_WEBHOOK_URL: 'https://here.example/webhooks/catalog',
    });
    expect(catalog).toEqual({
      baseUrl: 'https://content.example/v2/',
      apiKey: '~k3y!',
      maxAge: { configMs: 1_000, publisherMs: 604_800_000, bookMs: 2_000, logoMs: 3_000 },
      webhooks: {
        secrets: [standard(24), standard(64)],
        legacySecrets: ['x'.repeat(24)],
        keepMs: 3_650 * 86_400_000,
        registration: {
          at: 'https://content.example/v2/webhooks',
          url: 'https://here.example/webhooks/catalog',
        },
      },
    });
    expect([catalog, catalog.maxAge, catalog.webhooks, catalog.webhooks.secrets].every(Object.isFrozen)).toBe(
      true,
    );
  });

  it('may say where webhooks would come without registering them (CT-8)', () => {
    const env = { CATALOG_WEBHOOK_URL: 'https://here.example/webhooks/catalog' };
    expect(parseConfig(env).catalog.webhooks.registration).toBeNull();
  });

  it('refuse to register an address that nobody told (CT-8)', () => {
    const env = { CATALOG_WEBHOOK_REGISTER_URL: 'https://content.example/secret-path' };
    expect(faultsOf(env)).toEqual([
      'CATALOG_WEBHOOK_URL: must be set where CATALOG_WEBHOOK_REGISTER_URL is; it is not',
    ]);
  });

  const seconds = 'a whole number from 1 to 604800';
  it.each([
    ['DCS_CACHE_DEFAULT_TTL', '0', seconds],
    ['DCS_CACHE_PUBLISHER_TTL', '604801', seconds],
    ['DCS_CACHE_BOOK_TTL', '1.5', seconds],
    ['DCS_CACHE_LOGO_TTL', '-1', seconds],
    ['DCS_CACHE_LOGO_TTL', '5m', seconds],
    ['CATALOG_WEBHOOK_KEEP_DAYS', '0', 'a whole number from 1 to 3650'],
    ['CATALOG_WEBHOOK_KEEP_DAYS', '3651', 'a whole number from 1 to 3650'],
  ])('refuse %s=%s by its name and its limit (CT-2)', (name, value, form) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: must be ${form}; got "${value}"`]);
  });

  const http = 'a URL that begins with http:// or https://';
  const bare = 'a URL without credentials, `?` and `#`';
  it.each([
    ['CATALOG_BASE_URL', 'ftp://content.example', http],
    ['CATALOG_BASE_URL', 'http://', 'a URL that can be parsed'],
    ['CATALOG_BASE_URL', 'https://user:hunter2@content.example', bare],
    ['CATALOG_BASE_URL', 'https://content.example/?key=hunter2', bare],
    ['CATALOG_API_KEY', 'two words', 'printable ASCII without blanks'],
    ['CATALOG_API_KEY', 'schlüssel', 'printable ASCII without blanks'],
    ['CATALOG_WEBHOOK_REGISTER_URL', 'content.example', http],
    ['CATALOG_WEBHOOK_REGISTER_URL', 'https://user:hunter2@content.example/webhooks', bare],
    ['CATALOG_WEBHOOK_URL', 'content.example', http],
  ])('refuse %s=%s by its form, and quote nothing of it (CT-1)', (name, value, form) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name}: must be ${form}; got "…"`]);
  });

  const standardForm =
    '1 to 10 secrets with commas between them, each whsec_ and the base64 of 24 to 64 bytes';
  it.each([
    ['23 bytes', standard(23)],
    ['65 bytes', standard(65)],
    ['no prefix', base64Of(32)],
    ['another prefix', `whpk_${base64Of(32)}`],
    ['base64 of URLs', `whsec_${base64Of(32).replaceAll('+', '-').replaceAll('/', '_')}`],
    ['base64 with bits to spare', `whsec_${'A'.repeat(42)}B=`],
    ['base64 without its end', standard(32).replace(/=+$/, '')],
    ['a comma at the end', `${standard(32)},`],
    ['one that is wrong among others', `${standard(32)},whsec_short`],
    ['eleven', Array.from({ length: 11 }, () => standard(24)).join()],
  ])('refuse secrets of webhooks: %s; and quote nothing of them (CT-4)', (_, value) => {
    expect(faultsOf({ CATALOG_WEBHOOK_SECRETS: value })).toEqual([
      `CATALOG_WEBHOOK_SECRETS: must be ${standardForm}; got "…"`,
    ]);
  });

  const plainForm =
    '1 to 10 secrets with commas between them, each of 24 characters of printable ASCII or more';
  it.each([
    ['23 characters', 'x'.repeat(23)],
    ['a blank inside', `${'x'.repeat(12)} ${'x'.repeat(12)}`],
    ['other letters', 'ü'.repeat(24)],
    ['a comma at the end', `${'x'.repeat(24)},`],
    ['eleven', Array.from({ length: 11 }, () => 'x'.repeat(24)).join()],
  ])('refuse secrets of the older form: %s; and quote nothing of them (CT-4)', (_, value) => {
    expect(faultsOf({ CATALOG_WEBHOOK_LEGACY_SECRETS: value })).toEqual([
      `CATALOG_WEBHOOK_LEGACY_SECRETS: must be ${plainForm}; got "…"`,
    ]);
  });
});
