import type { z } from 'zod';
import type { environmentSchema } from './environment.js';
import type { JwtSettings } from './settings.js';

type Values = z.infer<typeof environmentSchema>;

const bySecret = ['HS256'];
const byKeySet = ['RS256', 'ES256'];

/**
 * Pure: how tokens are verified, `null` where neither a secret nor a key set is given. A secret goes with HS256 alone and
 * a key set with every other algorithm, so that no public key is ever taken for a secret.
 * @param faults gets one for each setting that does not go with the others
 */
export function parseJwt(values: Values, faults: string[]): JwtSettings | null {
  const { JWT_SECRET: secret, JWT_JWKS_URL: keySetUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  const hasNone = secret === undefined && keySetUrl === undefined;
  if (secret !== undefined && keySetUrl !== undefined)
    faults.push('JWT_JWKS_URL: must be left out where JWT_SECRET is set; got both');
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_ALGORITHMS'] as const) {
    if (hasNone && values[name] !== undefined)
      faults.push(`${name}: must be left out unless JWT_SECRET or JWT_JWKS_URL is set`);
    if (!hasNone && values[name] === undefined && name !== 'JWT_ALGORITHMS')
      faults.push(`${name}: must be set where JWT_SECRET or JWT_JWKS_URL is`);
  }
  if (hasNone) return null;
  const algorithms = values.JWT_ALGORITHMS ?? (secret === undefined ? byKeySet : bySecret);
  if (algorithms.some((each) => bySecret.includes(each) !== (secret !== undefined))) {
    const fitting =
      secret === undefined ? 'only algorithms of public keys with JWT_JWKS_URL' : 'HS256 with JWT_SECRET';
    faults.push(`JWT_ALGORITHMS: must be ${fitting}; got "${algorithms.join(',')}"`);
  }
  return Object.freeze({
    issuer: issuer ?? '',
    audience: audience ?? '',
    algorithms: Object.freeze([...algorithms]),
    secret: secret ?? null,
    keySetUrl: keySetUrl ?? null,
    roleClaim: values.JWT_ROLE_CLAIM,
  });
}
