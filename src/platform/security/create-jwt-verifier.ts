import { RemoteKeySet } from '../../adapters/http/remote-key-set.js';
import type { Clock } from '../../core/index.js';
import type { JwtSettings } from '../config/index.js';
import { JwtVerifier } from './jwt-verifier.js';

/** @param warn hears of each time that the key set could not be had */
export function createJwtVerifier(
  settings: JwtSettings,
  clock: Clock,
  warn: (error: string) => void,
): JwtVerifier {
  const { secret, keySetUrl } = settings;
  if (keySetUrl !== null) {
    const { find } = new RemoteKeySet({ url: keySetUrl, clock, warn: (error) => warn(tell(error)) });
    return new JwtVerifier({ settings, key: find, clock });
  }
  const key = Buffer.from(secret ?? '', 'utf8');
  return new JwtVerifier({ settings, key: () => key, clock });
}

function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
