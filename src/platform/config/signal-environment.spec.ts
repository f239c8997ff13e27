import { join, resolve } from 'node:path';
import { packageRoot } from './package-root.js';
import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

function faultsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('the settings of signals', () => {
  it('are the file of the package, no private address and no secret by default (SI-1)', () => {
    expect(parseConfig({}).signals).toEqual({
      runtimeFile: join(packageRoot(), 'config', 'runtime.yml'),
      allowedHosts: [],
      secrets: {},
    });
  });

  it('take a file from where the process was started, hosts in any case, and secrets by name (SI-1, SI-5)', () => {
    const { signals } = parseConfig({
      RUNTIME_CONFIG: 'own/runtime.yml',
      SIGNALS_ALLOWED_HOSTS: 'Feeds.Internal:8080, [::1]:80',
      SIGNALS_SECRETS: '{"odds":"Bearer s3cret"}',
    });
    expect(signals).toEqual({
      runtimeFile: resolve('own/runtime.yml'),
      allowedHosts: ['feeds.internal:8080', '[::1]:80'],
      secrets: { odds: 'Bearer s3cret' },
    });
  });

  const hosts = 'a list, separated by commas, of host:port, such as 127.0.0.1:8080 or [::1]:8080';
  it.each(['127.0.0.1', 'a:0', 'a:65536', 'a:80,', 'http://a:80', 'a:80/x', '*:80', '10.0.0.0/8:80'])(
    'refuse the hosts %s by name and form (SI-5)',
    (value) => {
      expect(faultsOf({ SIGNALS_ALLOWED_HOSTS: value })).toEqual([
        `SIGNALS_ALLOWED_HOSTS: must be ${hosts}; got "${value}"`,
      ]);
    },
  );

  it.each(['odds', '[]', '{"odds":1}', '{"odds":"a\\nb"}', 'null'])(
    'refuse the secrets %s, and quote nothing of them',
    (value) => {
      const [fault, ...others] = faultsOf({ SIGNALS_SECRETS: value });
      expect(fault).toMatch(/^SIGNALS_SECRETS: must be a JSON object of texts of printable ASCII; got "…"$/);
      expect(others).toEqual([]);
    },
  );
});
