import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

export const audience = 'lastgood';
export const issuer = 'https://id.example';

interface Key {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** What a token says; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

/** An identity provider on a port of its own, whose key set is answered, refused, or never answered. */
export class TokenIssuer {
  /** How it answers: with its keys, with this status, never, or with this text. */
  mode: 'keys' | 'hang' | number | { readonly text: string } = 'keys';
  asked = 0;
  private readonly keys = new Map<string, Key>();
  private port = 0;
  private readonly waiting = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TokenIssuer> {
    const server = createServer();
    const issued = new TokenIssuer(server);
    server.on('request', (_request, response) => issued.answer(response));
    await issued.listen(0);
    await issued.rotate('first', 'ES256');
    return issued;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/keys`;
  }

  /** The public half of a key, as everybody may have it. */
  publicJwk(kid: string): JWK {
    return this.keys.get(kid)!.jwk;
  }

  /** Has one more key. */
  async rotate(kid: string, alg: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.set(kid, { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } });
  }

  withdraw(kid: string): void {
    this.keys.delete(kid);
  }

  /** Signed by a key of the set. Claims: those of an admin's token that is good for an hour, but for what is given. */
  sign(claims: Claims = {}, kid = 'first', header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const { alg, privateKey } = this.keys.get(kid)!;
    return new SignJWT(claimsOf(claims)).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
  }

  async goAway(): Promise<void> {
    for (const response of this.waiting) response.destroy();
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  comeBack(): Promise<void> {
    return this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  private answer(response: ServerResponse): void {
    this.asked++;
    if (this.mode === 'hang') return void this.waiting.add(response);
    if (typeof this.mode === 'number')
      return void response.writeHead(this.mode, { location: this.url }).end('{}');
    if (typeof this.mode === 'object') return void response.end(this.mode.text);
    response.end(JSON.stringify({ keys: [...this.keys.values()].map(({ jwk }) => jwk) }));
  }
}

/** The claims of an admin's token that is good for an hour from now, but for what is given. */
export function claimsOf(claims: Claims, nowMs = Date.now()): Record<string, unknown> {
  const now = Math.floor(nowMs / 1_000);
  const all = {
    iss: issuer,
    aud: audience,
    sub: 'ann',
    role: 'admin',
    nbf: now,
    exp: now + 3_600,
    ...claims,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
