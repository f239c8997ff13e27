import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWTVerifyGetKey,
} from 'jose';
import { audience, claimsOf, issuer, TokenIssuer, type Claims } from '../../../test/support/token-issuer.js';
import { UnavailableError } from '../../core/index.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { JwtVerifier } from './jwt-verifier.js';

const secret = Buffer.from('a secret that is 32 bytes long !');
const hour = 3_600;

describe('a token (OP-1)', () => {
  let clock: VirtualClock;
  let asked: number;
  let verifier: JwtVerifier;

  const verifierWith = (key: JWTVerifyGetKey, algorithms: string[]) =>
    new JwtVerifier({
      clock,
      settings: { issuer, audience, algorithms, roleClaim: 'role' },
      key: (...asking) => {
        asked++;
        return key(...asking);
      },
    });

  beforeEach(() => {
    clock = new VirtualClock();
    asked = 0;
    verifier = verifierWith(() => secret, ['HS256']);
  });

  /** Signed with the secret; now is the virtual clock's. */
  const sign = (claims: Claims = {}, header: object = {}, key: Uint8Array = secret) =>
    new SignJWT(claimsOf(claims, clock.wall())).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
  const now = () => Math.floor(clock.wall() / 1_000);

  it('tells who is calling, and their role', async () => {
    expect(await verifier.identify(await sign())).toEqual({ id: 'jwt:ann', name: 'ann', role: 'admin' });
    const many = await sign({ aud: ['other', audience], role: 'client', sub: 'auth0|é 1', nbf: undefined });
    expect(await verifier.identify(many)).toEqual({ id: 'jwt:auth0|é 1', name: 'auth0|é 1', role: 'client' });
  });

  it.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['of an issuer whose name begins so', { iss: `${issuer}/` }],
    ['of nobody', { iss: undefined }],
    ['for somebody else', { aud: 'other' }],
    ['for nobody', { aud: undefined }],
    ['for a list without us', { aud: ['other', `${audience}2`] }],
    ['that never expires', { exp: undefined }],
    ['that expires on no date', { exp: 'never' }],
    ['that begins on no date', { nbf: 'now' }],
    ['without a role', { role: undefined }],
    ['with no role of ours', { role: 'root' }],
    ['with a role in another case', { role: 'Admin' }],
    ['with several roles', { role: ['admin'] }],
    ['with what every object has for a role', { role: 'constructor' }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that breaks a line', { sub: 'ann\nadmin' }],
    ['with a subject of 256 characters', { sub: 'a'.repeat(256) }],
    ['with a number for a subject', { sub: 7 }],
  ])("%s is nobody's", async (_, claims) => {
    expect(await verifier.identify(await sign(claims))).toBeNull();
  });

  it('is good from the moment it begins to the moment it expires, and remembering it changes nothing', async () => {
    const token = await sign({ nbf: now() + 60, exp: now() + 90 });
    expect(await verifier.identify(token)).toBeNull();
    await clock.advance(59_999);
    expect(await verifier.identify(token)).toBeNull();
    await clock.advance(1);
    expect(await verifier.identify(token)).toMatchObject({ name: 'ann' });
    await clock.advance(29_999);
    expect(verifier.identify(token)).toMatchObject({ name: 'ann' });
    await clock.advance(1);
    expect(await verifier.identify(token)).toBeNull();
  });

  it('is verified once in five minutes, so that a key that was withdrawn ends', async () => {
    const token = await sign({ exp: now() + hour });
    for (let call = 0; call < 10; call++) await verifier.identify(token);
    expect(asked).toBe(1);
    await clock.advance(299_999);
    expect(verifier.identify(token)).toMatchObject({ name: 'ann' });
    await clock.advance(1);
    expect(await verifier.identify(token)).toMatchObject({ name: 'ann' });
    expect(asked).toBe(2);
  });

  it('that is wrong is remembered by nobody, and of those that are right the latest', async () => {
    const tokens = await Promise.all(Array.from({ length: 1_001 }, (_, at) => sign({ sub: `user-${at}` })));
    for (const token of tokens) await verifier.identify(token);
    expect(asked).toBe(1_001);
    expect(verifier.identify(tokens[1_000]!)).toMatchObject({ name: 'user-1000' });
    await verifier.identify(tokens[0]!);
    expect(asked).toBe(1_002);
    const wrong = await sign({ aud: 'other' });
    await verifier.identify(wrong);
    await verifier.identify(wrong);
    expect(asked).toBe(1_004);
  });

  it.each([
    ['', 0],
    ['.', 0],
    ['..', 0],
    ['a.b.c', 0],
    ['a.b.c.d.e', 0],
    [`${'a'.repeat(9_000)}.b.c`, 0],
  ])("of no form at all is nobody's: %.20s", async (text, keys) => {
    expect(await verifier.identify(text)).toBeNull();
    expect(asked).toBe(keys);
  });

  describe("that was tampered with is nobody's:", () => {
    let keys: TokenIssuer;
    let byKeys: JwtVerifier;
    let theirs: Awaited<ReturnType<typeof generateKeyPair>>;

    beforeAll(async () => {
      keys = await TokenIssuer.start();
      await keys.rotate('rsa', 'RS256');
      theirs = await generateKeyPair('RS256', { extractable: true });
    });
    afterAll(() => keys.goAway());
    beforeEach(() => {
      byKeys = verifierWith(({ kid }) => importJWK(keys.publicJwk(kid ?? 'rsa')), ['RS256', 'ES256']);
    });
    const claims = () => claimsOf({}, clock.wall());

    it('this one was not', async () => {
      for (const kid of ['rsa', 'first'])
        expect(await byKeys.identify(await keys.sign(claims(), kid))).toMatchObject({ name: 'ann' });
    });

    it('signed by nobody (alg none)', async () => {
      const none = new UnsecuredJWT(claims()).encode();
      for (const each of [verifier, byKeys]) expect(await each.identify(none)).toBeNull();
      const [, body] = none.split('.');
      for (const alg of ['none', 'None', 'NONE', ''])
        expect(await byKeys.identify(`${encode({ alg })}.${body}.`)).toBeNull();
      expect(asked).toBe(0);
    });

    it('signed with the public key as if it were a secret (RS256 to HS256)', async () => {
      const jwk = keys.publicJwk('rsa');
      const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as never);
      for (const guess of [pem, pem.trim(), JSON.stringify(jwk), jwk.n!])
        expect(await byKeys.identify(await sign({}, { kid: 'rsa' }, Buffer.from(guess)))).toBeNull();
      expect(asked).toBe(0);
    });

    it('signed by an algorithm that is not on the list, with the right key', async () => {
      const strict = verifierWith(({ kid }) => importJWK(keys.publicJwk(kid!)), ['ES256']);
      expect(await strict.identify(await keys.sign(claims(), 'rsa'))).toBeNull();
      expect(await byKeys.identify(await sign())).toBeNull();
    });

    it('bringing the key it is signed with (jwk, jku, x5c, x5u)', async () => {
      const { publicKey, privateKey } = theirs;
      const { kty, n, e } = await exportJWK(publicKey);
      const headers = [
        { jwk: { kty, n, e } },
        { jku: 'https://evil.example/keys' },
        { x5c: ['MIIB'] },
        { x5u: 'https://evil.example/cert' },
      ];
      for (const header of headers) {
        const token = await new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...(header as object) })
          .sign(privateKey);
        expect(await byKeys.identify(token)).toBeNull();
      }
    });

    it('another signature, other claims, or a header that nobody understands', async () => {
      const [head, body, signature] = (await keys.sign(claims(), 'rsa')).split('.');
      const [, , other] = (await keys.sign({ ...claims(), sub: 'bob' }, 'rsa')).split('.');
      expect(await byKeys.identify(`${head}.${body}.${other}`)).toBeNull();
      expect(await byKeys.identify(`${head}.${encode({ ...claims(), sub: 'bob' })}.${signature}`)).toBeNull();
      expect(await byKeys.identify(`${head}.${body}.`)).toBeNull();
      const crit = encode({ alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 });
      expect(await byKeys.identify(`${crit}.${body}.${signature}`)).toBeNull();
    });
  });

  it('is neither good nor bad while no key was ever had', async () => {
    const without = verifierWith(() => Promise.reject(new UnavailableError('no keys', 1_000)), ['RS256']);
    const token = `${encode({ alg: 'RS256' })}.${encode(claimsOf({}))}.AAAA`;
    await expect(without.identify(token)).rejects.toBeInstanceOf(UnavailableError);
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
