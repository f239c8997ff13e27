import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Reader } from '../../core/index.js';
import { CLOCK } from '../clock/clock.module.js';
import { matches, prefixOf } from './api-key.js';
import type { KnownKeys } from './api-key.repository.js';
import { JwtVerifier } from './jwt-verifier.js';
import { KeyUsage } from './key-usage.js';
import { MetricsToken } from './metrics-token.js';
import type { Identity } from './identity.js';

/** Injects the `Reader<KnownKeys>`. */
export const KEYS_READER = Symbol('KEYS_READER');
export const accessNamespace = 'access';
export const keysKey = 'keys';

interface Known extends Identity {
  /** Milliseconds since the Unix epoch; `null` for never. */
  readonly expiresAt: number | null;
}

const maxVerified = 1_000;
/** Of one that says no more than it must: what a caller may choose freely must not fill the memory. */
const maxHeaderLength = 200;
/** No key has this hash. */
const nobodys = '0'.repeat(64);
const bearer = /^bearer /i;

/** Tells who is calling, from memory: keys are known as long as any copy of them was ever read. */
@Injectable()
export class Authenticator {
  private readonly verified = new Map<string, Known>();
  private verifiedWith: KnownKeys | null = null;

  constructor(
    @Inject(KEYS_READER) private readonly reader: Reader<KnownKeys>,
    @Inject(CLOCK) private readonly clock: Clock,
    /** `null`: no tokens are taken. */
    @Inject(JwtVerifier) private readonly tokens: JwtVerifier | null,
    @Inject(KeyUsage) private readonly usage: KeyUsage,
    @Inject(MetricsToken) private readonly metricsToken: MetricsToken,
  ) {}

  /**
   * `null` for no key and for a wrong one. A promise only before the keys are read for the first time, and for a token
   * that was not verified lately.
   * @param header the Authorization header: `Bearer <key or token>`, or `Basic` with the key as password (for browsers)
   * @throws UnavailableError when the keys were never read and the database gives nothing, or likewise those of tokens
   */
  identify(header: string | undefined): Identity | null | Promise<Identity | null> {
    if (header === undefined) return null;
    // A token has dots, and a key has none.
    if (this.tokens !== null && header.includes('.'))
      return bearer.test(header) ? this.tokens.identify(header.slice(7).trim()) : null;
    const read = this.reader.peek(keysKey);
    return read === null
      ? this.reader.get(keysKey).then(({ data }) => this.verify(data, header))
      : this.verify(read.data, header);
  }

  /** As `identify`, on the one route that a token of its own opens as well. */
  identifyScraper(header: string | undefined): Identity | null | Promise<Identity | null> {
    return this.metricsToken.identify(header) ?? this.identify(header);
  }

  /** A header is verified once for each set of keys; only what proved right is remembered. */
  private verify(keys: KnownKeys, header: string): Identity | null {
    if (keys !== this.verifiedWith) {
      this.verified.clear();
      this.verifiedWith = keys;
    }
    const known = this.verified.get(header) ?? find(keys, header);
    if (known === null || (known.expiresAt !== null && known.expiresAt <= this.clock.wall())) return null;
    if (this.verified.size < maxVerified && header.length <= maxHeaderLength)
      this.verified.set(header, known);
    this.usage.note(known.id);
    return known;
  }
}

/** Takes as long for a prefix that nobody has as for one with another secret. */
function find(keys: KnownKeys, header: string): Known | null {
  const key = keyIn(header);
  const prefix = prefixOf(key ?? '');
  if (key === null || prefix === null) return null;
  const known = keys.get(prefix);
  if (!matches(key, known?.sha256 ?? nobodys) || known === undefined) return null;
  return { id: known.prefix, name: known.name, role: known.role, expiresAt: known.expiresAt };
}

function keyIn(header: string): string | null {
  if (bearer.test(header)) return header.slice(7).trim();
  if (!/^basic /i.test(header)) return null;
  const credentials = Buffer.from(header.slice(6), 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}
