import { authorize } from '../src/platform/security/authorize.js';
import { Authenticator } from '../src/platform/security/index.js';
import { roleTable } from '../src/platform/security/role-table.js';
import { roles, type Role } from '../src/platform/security/role.js';
import { pollUntil } from './support/poll-until.js';
import { registeredRoutes } from './support/registered-routes.js';
import { TestApp } from './support/test-app.js';

const config = '/api/v1/config/phases/stage_4';

/** OP-1, written out once more: who may call what asks for a role. */
const mayCall: Record<string, readonly Role[]> = {
  client: ['client', 'viewer', 'editor', 'writer', 'admin'],
  viewer: ['viewer', 'editor', 'admin'],
  editor: ['editor', 'admin'],
  writer: ['writer', 'admin'],
  admin: ['admin'],
};

const examples: Record<string, string> = { ':phase': 'stage_4', ':stage': '4', ':language': 'ru' };

/** A path that the router takes to this route. */
const pathOf = (route: string) =>
  route
    .replace(/:\w+/g, (name) => examples[name] ?? name)
    .replace('models/*', 'models/google/gemini-2.5-flash')
    .replace('docs/*', 'docs/swagger-ui.css');

/** Another last character: the prefix is known, the secret wrong. */
const spoil = (key: string) => key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
const unknownKey = `lg_AAAAAAAA_${'A'.repeat(43)}`;

describe('access (OP-1)', () => {
  let lastgood: TestApp;
  let routes: string[];
  const made: string[] = [];

  beforeAll(async () => {
    lastgood = await TestApp.start();
    routes = registeredRoutes(lastgood.app);
    made.push(...Object.values(lastgood.keys));
  });

  afterAll(() => lastgood.dispose());

  const call = (path: string, authorization: string | null, method = 'GET') =>
    lastgood.ask(path, {
      method,
      as: null,
      ...(authorization !== null && { headers: { authorization } }),
      ...(method === 'PUT' && { body: {} }),
    });
  const makeKey = async (role: Role, expiresAt: Date | null = null) => {
    const key = await lastgood.makeKey(role, expiresAt);
    made.push(key);
    return key;
  };
  const revoke = async (key: string) => {
    await lastgood.sql('UPDATE lastgood.api_keys SET revoked_at = now() WHERE prefix = $1', [
      key.slice(3, 11),
    ]);
    await pollUntil(async () => !(await lastgood.knows(key)), 'the key is revoked', undefined, 5_000);
  };

  /** What the role table says of somebody with this role, or without a valid key. */
  const expectedOf = (role: Role | null) =>
    routes.map((route) => {
      const needed = roleTable[route.replace(/^HEAD /, 'GET ')]!;
      // A signature is what lets in, and no key is one (CT-4).
      if (route === 'POST /webhooks/catalog') return `${route} 401`;
      if (needed === 'open') return `${route} passes`;
      if (role === null) return `${route} 401`;
      // What people set is read and changed by their own tokens, which no key is (PR-7).
      const isOwn = route.includes(' /api/v1/users/:id/');
      const mayPass = isOwn ? role === 'admin' : mayCall[needed]!.includes(role);
      return `${route} ${mayPass ? 'passes' : 403}`;
    });
  const foundWith = (authorization: string | null) =>
    Promise.all(
      routes.map(async (route) => {
        const [method = '', url = ''] = route.split(' ');
        const { status } = await call(pathOf(url), authorization, method);
        return `${route} ${status === 401 || status === 403 ? status : 'passes'}`;
      }),
    );

  describe('the role table', () => {
    it('names every route of the process, and no other', () => {
      const asGet = routes.map((route) => route.replace(/^HEAD /, 'GET '));
      expect([...new Set(asGet)].toSorted()).toEqual(Object.keys(roleTable).toSorted());
    });

    it('lets editors change phases and prompts, writers push signals, and whoever is an admin everything (OP-1)', () => {
      const changes = Object.entries(roleTable).filter(([route]) => !/^(GET|HEAD) /.test(route));
      const byEditors = changes.filter(([, role]) => role === 'editor').map(([route]) => route);
      expect(byEditors.toSorted()).toEqual([
        'DELETE /admin/phases/:phase',
        'DELETE /admin/placeholders/:name',
        'DELETE /admin/profiles/:name',
        'DELETE /admin/prompts/:node/labels/:label',
        'POST /admin/prompts/:node/versions',
        'PUT /admin/phases/:phase',
        'PUT /admin/placeholders/:name',
        'PUT /admin/profiles/:name',
        'PUT /admin/prompts/:node/labels/:label',
      ]);
      const byWriters = changes.filter(([, role]) => role === 'writer').map(([route]) => route);
      expect(byWriters).toEqual(['POST /api/v1/signals/:type/:id']);
      const byNobody = changes.filter(([, role]) => role === 'open').map(([route]) => route);
      expect(byNobody).toEqual(['POST /webhooks/catalog']);
      const byOthers = changes.filter(([, role]) => role !== 'editor' && role !== 'writer');
      expect(new Set(byOthers.map(([, role]) => role))).toEqual(
        new Set(['admin', 'viewer', 'client', 'open']),
      );
    });

    it.each([
      ['GET', '/admin/new'],
      ['POST', '/admin/phases'],
      ['DELETE', '/admin/phases'],
      ['GET', 'constructor'],
      ['GET', undefined],
    ])('denies everybody what it does not name: %s %s', async (method, route) => {
      const authenticator = lastgood.app.get(Authenticator);
      const asking = async (authorization?: string) => authorize(authenticator, method, route, authorization);
      await expect(asking()).rejects.toMatchObject({ code: 'unauthorized' });
      for (const role of roles)
        await expect(asking(`Bearer ${lastgood.keys[role]}`)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('of every route', () => {
    it.each(roles)('the %s calls what its role allows, and gets 403 for the rest', async (role) => {
      expect(await foundWith(`Bearer ${lastgood.keys[role]}`)).toEqual(expectedOf(role));
    });

    it.each<[string, () => string | null | Promise<string | null>]>([
      ['no key', () => null],
      ['an unknown key', () => `Bearer ${unknownKey}`],
      ['a known key with a wrong secret', () => `Bearer ${spoil(lastgood.keys.admin)}`],
      ['half a key', () => `Bearer ${lastgood.keys.admin.slice(0, 20)}`],
      ['a key and more', () => `Bearer ${lastgood.keys.admin}x`],
      ['two keys', () => `Bearer ${lastgood.keys.admin},${lastgood.keys.admin}`],
      ['another scheme', () => `Token ${lastgood.keys.admin}`],
      ['a key without a scheme', () => lastgood.keys.admin],
      [
        'a key as the user of Basic',
        () => `Basic ${Buffer.from(`${lastgood.keys.admin}:`).toString('base64')}`,
      ],
      ['Basic that is not base64', () => 'Basic %%%'],
      ['an expired key', async () => `Bearer ${await makeKey('admin', new Date(Date.now() - 1_000))}`],
      [
        'a revoked key',
        async () => {
          const key = await makeKey('admin');
          await revoke(key);
          return `Bearer ${key}`;
        },
      ],
    ])('somebody with %s calls the open ones only, and gets 401 for the rest', async (_, authorization) => {
      expect(await foundWith(await authorization())).toEqual(expectedOf(null));
    });
  });

  it('refuses an unknown and a wrong key, and none, in the same words', async () => {
    const refusals = await Promise.all(
      [null, `Bearer ${unknownKey}`, `Bearer ${spoil(lastgood.keys.admin)}`, 'Basic x'].map((each) =>
        call('/admin/phases', each),
      ),
    );
    const [first, ...others] = refusals.map(({ headers, body }) => ({
      body: { ...body, requestId: null },
      headers: [...headers.keys()].toSorted(),
      challenge: headers.get('www-authenticate'),
    }));
    expect(first).toMatchObject({
      body: { status: 401, code: 'unauthorized', title: 'Unauthorized' },
      challenge: expect.stringMatching(/^Bearer .*Basic /),
    });
    for (const other of others) expect(other).toEqual(first);
  });

  it('says which role is needed, to those it knows alone', async () => {
    const { body, headers } = await lastgood.ask('/admin/phases', { as: 'client' });
    expect(body).toMatchObject({ status: 403, code: 'forbidden', detail: 'This needs the role "viewer"' });
    expect(headers.get('www-authenticate')).toBeNull();
  });

  it('tells nobody else what is wrong with a request, or that there is no such row', async () => {
    for (const path of ['/admin/phases/No-Phase', '/admin/models/no/such', `${config}?tokenCount=x`])
      expect((await call(path, null)).status).toBe(401);
  });

  it.each([
    '/%64ocs',
    '/%64ocs-json',
    '/docs%2Djson',
    '/%64%6f%63%73-yaml',
    '/docs/%73wagger-ui.css',
    '/docs/',
  ])('guards the documentation however it is spelt: %s', async (path) => {
    expect((await call(path, null)).status).toBe(401);
    expect((await lastgood.ask(path, { as: 'client' })).status).toBe(403);
    expect((await lastgood.ask(path, { as: 'viewer' })).status).toBe(200);
  });

  it('takes a key as the password of Basic, so that a browser can read the documentation', async () => {
    for (const user of ['', 'anybody', 'ünï'])
      expect(
        await call('/docs', `Basic ${Buffer.from(`${user}:${lastgood.keys.viewer}`).toString('base64')}`),
      ).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui-init.js') });
  });

  it.each(['bearer', 'BEARER', 'Bearer '])(
    'takes the scheme in any case and the key with spaces: "%s"',
    async (scheme) => {
      expect((await call(config, `${scheme} ${lastgood.keys.client} `)).status).toBe(200);
    },
  );

  it('a key works until it expires, and not a moment longer', async () => {
    const key = await makeKey('client', new Date(Date.now() + 400));
    expect((await call(config, `Bearer ${key}`)).status).toBe(200);
    await pollUntil(
      async () => (await call(config, `Bearer ${key}`)).status === 401,
      'the key expires',
      undefined,
      900,
    );
  });

  it('keys work on while the database is away, and those revoked meanwhile end when it is back', async () => {
    const key = await makeKey('client');
    const revoked = `UPDATE lastgood.api_keys SET revoked_at = now() WHERE prefix = $1`;
    await lastgood.proxy.mode('refuse');
    await lastgood.sql(revoked, [key.slice(3, 11)]);
    for (const role of roles) expect((await lastgood.ask(config, { as: role })).status).toBe(200);
    expect((await call(config, `Bearer ${key}`)).status).toBe(200);
    expect((await call(config, `Bearer ${unknownKey}`)).status).toBe(401);
    await lastgood.proxy.mode('pass');
    await pollUntil(
      async () => (await call(config, `Bearer ${key}`)).status === 401,
      'it is revoked',
      undefined,
      5_000,
    );
    expect((await lastgood.ask(config)).status).toBe(200);
  });

  it('no key is stored in clear, anywhere in the database, nor logged (OP-1)', async () => {
    const tables = await lastgood.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'lastgood'`,
    );
    expect(tables.map(({ name }) => name)).toContain('lastgood.api_keys');
    const stored = await Promise.all(tables.map(({ name }) => lastgood.sql(`SELECT t::text FROM ${name} t`)));
    const everything = JSON.stringify([stored, lastgood.logs]);
    expect(made.length).toBeGreaterThan(roles.length + 3);
    expect(lastgood.logs.length).toBeGreaterThan(0);
    for (const key of made) expect(everything).not.toContain(key.slice(12));
    expect(everything).toContain(made[0]!.slice(3, 11));
  });
});
