import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { modelConfigDefaults, modelConfigPolicy } from '../src/features/model-config/model-config.policy.js';
import { documentationOf, environment } from '../src/platform/config/environment.js';
import { parseConfig } from '../src/platform/config/index.js';
import { errorStatus } from '../src/platform/http/error-status.js';

const sources = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' })
  // What a command says on a terminal has no status.
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('cli/'))
  .map((file) => ({ file, text: readFileSync(join(resolve('src'), file), 'utf8') }));

/** Every kind of AppError, with the code it gives itself. */
const errors = sources.flatMap(({ file, text }) =>
  text
    .split(/^(?=(?:export )?(?:default )?(?:abstract )?class )/m)
    .map((part) => ({
      file,
      name: /^(?:export )?class (\w+) extends (?!Error\b)\w*Error\b/.exec(part)?.[1],
      code: /^ {2}(?:override )?readonly code(?:: string)? = '([^']+)';$/m.exec(part)?.[1],
    }))
    .filter(({ name }) => name !== undefined),
);
const codes = errors.map(({ code }) => code);

describe('error codes', () => {
  it('are found in the source: there are many, and the ones that everybody knows', () => {
    expect(codes.length).toBeGreaterThan(10);
    expect(codes).toEqual(expect.arrayContaining(['unavailable', 'config-not-found', 'version-conflict']));
  });

  it('are given by every error that we throw', () => {
    expect(errors.filter(({ code }) => code === undefined)).toEqual([]);
  });

  it('tell one error from another: none is given twice', () => {
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('have a status each, and no status is for an error that nobody throws', () => {
    expect(new Set(Object.keys(errorStatus))).toEqual(new Set(codes));
  });

  it('never say "unavailable" of what does not exist, nor "not found" of what cannot be asked', () => {
    const notFound = codes.filter((code) => errorStatus[code ?? ''] === 404);
    expect(new Set(notFound)).toEqual(
      new Set([
        'config-not-found',
        'unknown-namespace',
        'lesson-not-found',
        'webhook-not-found',
        'prompt-not-found',
        'signal-missing',
        'signal-type-unknown',
        'catalog-not-found',
      ]),
    );
    const unavailable = Object.keys(errorStatus).filter((code) => errorStatus[code] === 503);
    expect(unavailable).toEqual(expect.arrayContaining(['config-unavailable', 'config-too-stale']));
    expect(unavailable).not.toContain('config-not-found');
  });
});

describe('the defaults that are shown', () => {
  const settings = parseConfig({});

  it('are those of the policy where a setting only overrides it', () => {
    const { maxAgeMs, staleIfErrorMs, invalidatedMaxStaleMs } = modelConfigPolicy(settings.modelConfig);
    expect(String(maxAgeMs)).toBe(documentationOf('MODEL_CONFIG_MAX_AGE_MS').default);
    expect(String(staleIfErrorMs ?? 'none')).toBe(documentationOf('MODEL_CONFIG_STALE_IF_ERROR_MS').default);
    expect(invalidatedMaxStaleMs).toBe(staleIfErrorMs);
    expect(modelConfigPolicy(settings.modelConfig)).toEqual(modelConfigDefaults);
  });

  it('mean what being left out means, for every setting that can be given them', () => {
    const shown = Object.keys(environment).map((name) => [
      name,
      documentationOf(name as keyof typeof environment).default,
    ]);
    // Without a URL there is an embedded database, or no Redis and nobody to alert, which no URL names; nor does a path
    // name the package, or a list nothing; and no secret is called "none".
    const unnamed = /_(URL|DSN|SECRETS)$|^RUNTIME_CONFIG$|^SIGNALS_|^CATALOG_API_KEY$|^LASTGOOD_KEY$/;
    const given = Object.fromEntries(shown.filter(([name]) => !unnamed.test(name!)));
    const { modelConfig, ...rest } = parseConfig(given);
    const { modelConfig: unset, ...others } = settings;
    expect(rest).toEqual(others);
    expect(modelConfigPolicy(modelConfig)).toEqual(modelConfigPolicy(unset));
    expect([modelConfig.coldStart, modelConfig.staleAlarmMs]).toEqual([unset.coldStart, unset.staleAlarmMs]);
  });

  it('give way to what is set, 0 and none included (MC-11)', () => {
    const policyOf = (env: Record<string, string>) => modelConfigPolicy(parseConfig(env).modelConfig);
    expect(policyOf({ MODEL_CONFIG_STALE_IF_ERROR_MS: '0' })).toEqual({
      ...modelConfigDefaults,
      staleIfErrorMs: 0,
      invalidatedMaxStaleMs: 0,
    });
    expect(policyOf({ MODEL_CONFIG_STALE_IF_ERROR_MS: 'none' }).staleIfErrorMs).toBeNull();
    expect(policyOf({ MODEL_CONFIG_MAX_AGE_MS: '2000' }).maxAgeMs).toBe(2_000);
  });
});
