import { localCall } from '../src/platform/audit/index.js';
import { SignJWT, UnsecuredJWT } from 'jose';
import { ApiKeyRepository, roles, type Role } from '../src/platform/security/index.js';
import { roleTable } from '../src/platform/security/role-table.js';
import { pollUntil } from './support/poll-until.js';
import { registeredRoutes } from './support/registered-routes.js';
import { TestApp } from './support/test-app.js';
import { audience, claimsOf, issuer, type Claims } from './support/token-issuer.js';

const secret = 'a secret of the matrix, 32 bytes and more';

/** OP-1, written out once more: who may call what asks for a role. */
const mayCall: Readonly<Record<string, readonly Role[]>> = {
  client: ['client', 'viewer', 'editor', 'writer', 'admin'],
  viewer: ['viewer', 'editor', 'admin'],
  editor: ['editor', 'admin'],
  writer: ['writer', 'admin'],
  admin: ['admin'],
};

/** Who calls: with which header, and in which role; `null` for whoever is nobody. */
interface Caller {
  readonly role: Role | null;
  readonly authorization: string | null;
}

const nobodies = [
  'no key',
  'an unknown key',
  'a wrong key',
  'a revoked key',
  'an expired key',
  'an expired token',
  'a token of tomorrow',
  'an unsigned token',
  'a token for somebody else',
  'a token of somebody else',
  'a token without a role',
];

type Outcome = '401' | '403' | 'passes';

const outcomeOf = (status: number): Outcome => (status === 401 ? '401' : status === 403 ? '403' : 'passes');

/** What the table says. What it does not name is `undeclared`, which nobody can be answered. */
function expectedOf(route: string, role: Role | null): Outcome | 'undeclared' {
  const access = roleTable[route.replace(/^HEAD /, 'GET ')];
  if (access === undefined) return 'undeclared';
  // Open to every role and none: a signature is what lets in, which nobody here has.
  if (route === 'POST /webhooks/catalog') return '401';
  if (access === 'open') return 'passes';
  if (role === null) return '401';
  // A person's: of all who call here, nobody is `no-such-thing`, and so admins alone get further.
  if (route.includes(' /api/v1/users/:id/')) return role === 'admin' ? 'passes' : '403';
  return mayCall[access]!.includes(role) ? 'passes' : '403';
}

/** A path that leads to the route, to something that does not exist: nothing is changed by whoever may. */
const pathOf = (template: string) =>
  template.replaceAll(/:\w+/g, 'no-such-thing').replace(/\*$/, 'no/such-thing');

describe('every route and everybody who may call (OP-1)', () => {
  let lastgood: TestApp;
  let routes: string[];
  let callers: ReadonlyMap<string, Caller>;

  beforeAll(async () => {
    const env = { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience };
    lastgood = await TestApp.start({ env });
    routes = registeredRoutes(lastgood.app);
    callers = await everybody();
  });
  afterAll(() => lastgood.dispose());

  async function everybody(): Promise<Map<string, Caller>> {
    const sign = (claims: Claims) =>
      new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
    const { admin } = lastgood.keys;
    const revoked = await lastgood.makeKey('admin');
    await lastgood.app.get(ApiKeyRepository).revoke(revoked.slice(3, 11), localCall('test', 'test'));
    await pollUntil(async () => !(await lastgood.knows(revoked)), 'the key is revoked');
    const ended = Math.floor(Date.now() / 1_000) - 60;
    const nobody: [string, string | null][] = [
      ['no key', null],
      ['an unknown key', `lg_AAAAAAAA_${'A'.repeat(43)}`],
      ['a wrong key', admin.slice(0, -1) + (admin.endsWith('A') ? 'B' : 'A')],
      ['a revoked key', revoked],
      ['an expired key', await lastgood.makeKey('admin', new Date(Date.now() - 1_000))],
      ['an expired token', await sign({ exp: ended })],
      ['a token of tomorrow', await sign({ nbf: ended + 86_400, exp: ended + 172_800 })],
      ['an unsigned token', new UnsecuredJWT(claimsOf({})).encode()],
      ['a token for somebody else', await sign({ aud: 'other' })],
      ['a token of somebody else', await sign({ iss: 'https://evil.example' })],
      ['a token without a role', await sign({ role: undefined })],
    ];
    const tokens = await Promise.all(roles.map((role) => sign({ role })));
    const known = roles.flatMap((role, at): [string, Caller][] => [
      [role, { role, authorization: `Bearer ${lastgood.keys[role]}` }],
      [`${role} by token`, { role, authorization: `Bearer ${tokens[at]}` }],
    ]);
    const unknown = nobody.map(([who, key]): [string, Caller] => [
      who,
      { role: null, authorization: key === null ? null : `Bearer ${key}` },
    ]);
    return new Map([...unknown, ...known]);
  }

  async function found(route: string, authorization: string | null): Promise<Outcome> {
    const [method = '', template = ''] = route.split(' ');
    // Through hooks, router and guards without a socket: it is asked nearly a thousand times.
    const { statusCode } = await lastgood.app.inject({
      method: method as 'GET',
      url: pathOf(template),
      headers: authorization === null ? {} : { authorization },
      // Right in form for nobody: whoever may call gets to hear so, and changes nothing.
      ...(method.startsWith('P') && { payload: { nothing: 'of this' } }),
    });
    return outcomeOf(statusCode);
  }

  const names = [...nobodies, ...roles.flatMap((role) => [role, `${role} by token`])];

  it.each(names)('%s', async (who) => {
    const { role, authorization } = callers.get(who)!;
    const rows = await Promise.all(
      routes.map(async (route) => `${route}: ${await found(route, authorization)}`),
    );
    expect(rows).toEqual(routes.map((route) => `${route}: ${expectedOf(route, role)}`));
  });

  it('is all there is: each route of the router, HEAD included, and nobody left out', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter((route) => route.startsWith('HEAD ')).length).toBeGreaterThan(10);
    expect(routes.filter((route) => expectedOf(route, null) === 'undeclared')).toEqual([]);
    expect(names.toSorted()).toEqual([...callers.keys()].toSorted());
  });
});
