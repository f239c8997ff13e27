import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { UnavailableError, type Clock } from '../../core/index.js';
import type { JwtSettings } from '../config/index.js';
import type { Identity } from './identity.js';
import { roles } from './role.js';

export interface JwtVerifierOptions {
  readonly settings: Pick<JwtSettings, 'issuer' | 'audience' | 'algorithms' | 'roleClaim'>;
  /** The key of a token. What the token itself brings or points to (`jwk`, `x5c`, `jku`) is never looked at. */
  readonly key: JWTVerifyGetKey;
  readonly clock: Clock;
}

interface Known {
  readonly identity: Identity;
  /** By the wall clock, which the claims are in. */
  readonly expiresAt: number;
  /** By the timeline of the process. */
  readonly verifiedAt: number;
}

const maxTokenLength = 8_192;
const maxRemembered = 1_000;
const maxRememberedLength = 2_097_152;
/** A key that the issuer has withdrawn is to end some time, however long its tokens live. */
const rememberedMs = 300_000;
/** It is written into logs and tables as an author's name. */
const acceptableSubject = /^[^\p{Cc}]{1,255}$/u;

/** Tells who is calling by a signed token (JWT). What was verified is remembered until it expires, 5 minutes at most. */
export class JwtVerifier {
  private readonly known = new LRUCache<string, Known>({
    max: maxRemembered,
    maxSize: maxRememberedLength,
    sizeCalculation: (_known, token) => token.length,
  });

  constructor(private readonly options: JwtVerifierOptions) {}

  /**
   * `null` for whatever is not right with it. A promise where it was not verified lately.
   * @throws UnavailableError when nobody can tell, because no key was ever had
   */
  identify(token: string): Identity | null | Promise<Identity | null> {
    if (token.length > maxTokenLength) return null;
    const known = this.known.get(token);
    if (known === undefined) return this.verify(token);
    const { clock } = this.options;
    if (clock.wall() < known.expiresAt && clock.now() - known.verifiedAt < rememberedMs)
      return known.identity;
    this.known.delete(token);
    return this.verify(token);
  }

  private async verify(token: string): Promise<Identity | null> {
    const { settings, key, clock } = this.options;
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: [...settings.algorithms],
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(clock.wall()),
      });
      const identity = this.identityOf(payload);
      if (identity !== null) {
        const expiresAt = payload.exp! * 1_000;
        this.known.set(token, { identity, expiresAt, verifiedAt: clock.now() });
      }
      return identity;
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      return null;
    }
  }

  private identityOf(payload: JWTPayload): Identity | null {
    const { sub } = payload;
    const { roleClaim } = this.options.settings;
    const claimed = Object.hasOwn(payload, roleClaim) ? payload[roleClaim] : undefined;
    const role = roles.find((each) => each === claimed);
    if (typeof sub !== 'string' || !acceptableSubject.test(sub) || role === undefined) return null;
    return { id: `jwt:${sub}`, name: sub, role };
  }
}
