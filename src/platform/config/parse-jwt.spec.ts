import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';

const secret = 'hunter2';

function faultsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings of tokens (OP-1)', () => {
  const jwt = { JWT_SECRET: 's'.repeat(32), JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' };
  const { JWT_SECRET, ...others } = jwt;
  const keySet = { ...others, JWT_JWKS_URL: 'https://id.example/keys' };

  it('takes HS256 alone for a secret, and RS256 and ES256 for a key set', () => {
    expect(parseConfig(jwt).access.jwt?.algorithms).toEqual(['HS256']);
    expect(parseConfig(keySet).access.jwt?.algorithms).toEqual(['RS256', 'ES256']);
  });

  it.each<[string, Environment, string[]]>([
    [
      'a secret and a key set',
      { ...keySet, JWT_SECRET },
      ['JWT_JWKS_URL: must be left out where JWT_SECRET'],
    ],
    [
      'no issuer and no audience',
      { JWT_SECRET },
      ['JWT_ISSUER: must be set where', 'JWT_AUDIENCE: must be set where'],
    ],
    [
      'neither a secret nor a key set',
      others,
      ['JWT_ISSUER: must be left out unless', 'JWT_AUDIENCE: must be left'],
    ],
    [
      'a public key for a secret',
      { ...jwt, JWT_ALGORITHMS: 'HS256,RS256' },
      ['JWT_ALGORITHMS: must be HS256 with'],
    ],
    [
      'a secret for a public key',
      { ...keySet, JWT_ALGORITHMS: 'RS256,HS256' },
      ['JWT_ALGORITHMS: must be only'],
    ],
    ['no signature', { ...keySet, JWT_ALGORITHMS: 'none' }, ['JWT_ALGORITHMS: must be a list, separated by']],
    [
      'a short secret',
      { ...jwt, JWT_SECRET: `${secret}${'é'.repeat(11)}` },
      ['JWT_SECRET: must be at least 32 bytes'],
    ],
    [
      'a key set in clear',
      { ...keySet, JWT_JWKS_URL: `http://x:${secret}@id.example` },
      ['JWT_JWKS_URL: must be a URL'],
    ],
    [
      'localhost in name only',
      { ...keySet, JWT_JWKS_URL: 'http://localhost.evil.example/' },
      ['JWT_JWKS_URL: must'],
    ],
  ])('refuses %s, and shows no secret', (_, env, told) => {
    const faults = faultsOf(env);
    expect(faults).toEqual(told.map((text) => expect.stringContaining(text)));
    expect(faults.join()).not.toContain(secret);
  });

  it('takes a key set of this machine without TLS', () => {
    for (const host of ['localhost', '127.0.0.1:8080', '[::1]:1'])
      expect(faultsOf({ ...keySet, JWT_JWKS_URL: `http://${host}/keys` })).toEqual([]);
  });
});
