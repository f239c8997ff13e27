import { SignJWT } from 'jose';
import { roles } from '../src/platform/security/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';
import { audience, claimsOf, issuer, TokenIssuer, type Claims } from './support/token-issuer.js';

const secret = 'a secret of the test, 32 bytes and more';
const config = '/api/v1/config/phases/stage_4';
const claimed = { JWT_ISSUER: issuer, JWT_AUDIENCE: audience };

const call = (app: TestApp, path: string, token: string, headers: Record<string, string> = {}) =>
  app.ask(path, { as: null, headers: { authorization: `Bearer ${token}`, ...headers } });
const signed = (claims: Claims = {}, key = secret) =>
  new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key));

describe('tokens that are signed with a secret (OP-1)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env: { ...claimed, JWT_SECRET: secret } })));
  afterAll(() => lastgood.dispose());

  it('let everybody call what their role allows', async () => {
    const found = await Promise.all(
      roles.map(async (role) => (await call(lastgood, '/admin/phases', await signed({ role }))).status),
    );
    expect(found).toEqual([403, 200, 200, 403, 200]);
    expect((await call(lastgood, '/docs-json', await signed({ role: 'viewer' }))).status).toBe(200);
  });

  it('name whoever changes something', async () => {
    const { settings, etag } = await lastgood.row('/admin/phases/stage_4');
    const token = await signed({ role: 'editor', sub: 'ann@example.org' });
    const { status } = await lastgood.put('/admin/phases/stage_4', { ...settings, maxTokens: 777 }, etag, {
      as: null,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(status).toBe(200);
    const { body } = await lastgood.ask('/admin/phases/stage_4', { as: 'viewer' });
    expect(body).toMatchObject({ updatedBy: 'jwt:ann@example.org' });
  });

  it('that are wrong are answered in the same words as a wrong key', async () => {
    const unknownKey = `lg_AAAAAAAA_${'A'.repeat(43)}`;
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    const wrong = await Promise.all([
      signed({ aud: 'other' }),
      signed({ iss: 'other' }),
      signed({ exp: hourAgo }),
      signed({ nbf: hourAgo + 7_200 }),
      signed({ role: undefined }),
      signed({ role: 'root' }),
      signed({}, 'x'.repeat(40)),
    ]);
    const told = await Promise.all(
      [unknownKey, ...wrong, 'a.b.c'].map(async (token) => {
        const { body, status, headers } = await call(lastgood, '/admin/phases', token);
        return { status, body: { ...body, requestId: null }, challenge: headers.get('www-authenticate') };
      }),
    );
    expect(told[0]).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    for (const each of told) expect(each).toEqual(told[0]);
  });

  it('and their secret are not in the log', async () => {
    const token = await signed({ sub: 'somebody' });
    await call(lastgood, config, token);
    const log = JSON.stringify(lastgood.logs);
    expect(log).not.toContain(token.split('.')[2]);
    expect(log).not.toContain(secret);
  });
});

describe('tokens that are signed with a key of a set (OP-1)', () => {
  let keys: TokenIssuer;
  let lastgood: TestApp;
  beforeAll(async () => {
    keys = await TokenIssuer.start();
    await keys.goAway();
    lastgood = await TestApp.start({ env: { ...claimed, JWT_JWKS_URL: keys.url } });
  });
  afterAll(async () => {
    await lastgood.dispose();
    await keys.goAway();
  });

  it('cannot be told good from bad while the set was never had: 503, and API keys go on', async () => {
    const token = await keys.sign();
    const { status, body, headers } = await call(lastgood, '/admin/phases', token);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'key-set-unavailable' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await lastgood.ask('/admin/phases', { as: 'viewer' })).status).toBe(200);
    expect((await call(lastgood, '/admin/phases', 'lg_wrong')).status).toBe(401);
    expect((await call(lastgood, '/admin/phases', await signed())).status).toBe(401);
  });

  it('are good once it is there, and go on being good when it is away again', async () => {
    await keys.comeBack();
    const works = async () => (await call(lastgood, '/admin/phases', await keys.sign())).status === 200;
    await pollUntil(works, 'the set was had');
    await keys.goAway();
    for (const sub of ['ann', 'bob', 'cid'])
      expect((await call(lastgood, '/admin/phases', await keys.sign({ sub }))).status).toBe(200);
    expect((await call(lastgood, '/admin/phases', await keys.sign({ aud: 'other' }))).status).toBe(401);
    expect((await call(lastgood, '/admin/phases', await keys.sign({}, 'first', { kid: 'new' }))).status).toBe(
      401,
    );
  });
});

describe('tokens, where none are set up (OP-1)', () => {
  it('are refused as a wrong key is', async () => {
    const lastgood = await TestApp.start();
    const { status, body } = await call(lastgood, config, await signed());
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthorized' });
    await lastgood.dispose();
  });
});
