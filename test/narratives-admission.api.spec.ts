import { AuditCallsService } from '../src/platform/audit/index.js';
import { TestApp } from './support/test-app.js';

const burst = 5;
const rate = { ADMIN_RATE_PER_SECOND: '1', ADMIN_RATE_BURST: String(burst), TRUST_PROXY: '1' };
const routes: [method: string, route: string][] = [
  ['GET', '/api/v1/narratives/stats'],
  ['GET', '/api/narrative/stats'],
  ['GET', '/api/v1/narratives/analytics'],
  ['GET', '/api/narrative/analytics'],
  ['DELETE', '/api/v1/narratives/user/:userId'],
  ['DELETE', '/api/narrative/user/:userId'],
];
let address = 0;

describe('what operators ask of narratives outside /admin (NA-8, OP-2, OP-3)', () => {
  let lastgood: TestApp;
  beforeAll(async () => (lastgood = await TestApp.start({ env: rate })));
  afterAll(() => lastgood.dispose());

  it.each(routes)(
    '%s %s: is limited by address before anybody is known, and each call is on record',
    async (method, route) => {
      const ip = `203.0.113.${++address}`;
      const path = route.replace(':userId', 'somebody');
      const ask = () => lastgood.ask(path, { method, as: null, headers: { 'x-forwarded-for': ip } });
      const statuses: number[] = [];
      while (statuses.at(-1) !== 429) statuses.push((await ask()).status);
      expect(new Set(statuses.slice(0, burst))).toEqual(new Set([401]));
      await lastgood.app.get(AuditCallsService).flush();
      const rows = await lastgood.sql<{ status: number; route: string }>(
        `SELECT status, route FROM lastgood.audit_calls WHERE ip = $1`,
        [ip],
      );
      expect(rows.map(({ status }) => status)).toContain(401);
      // By the template: whom it is about is not told.
      expect(new Set(rows.map((row) => row.route))).toEqual(new Set([route]));
    },
  );

  it('is refused to whoever is no admin', async () => {
    for (const as of ['viewer', 'client', 'editor'] as const) {
      const headers = { 'x-forwarded-for': `203.0.113.${++address}` };
      const { status, body } = await lastgood.ask('/api/v1/narratives/stats', { as, headers });
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('tells of it in the documentation', async () => {
    const headers = { 'x-forwarded-for': `203.0.113.${++address}` };
    const { body } = await lastgood.ask<{
      paths: Record<string, Record<string, { responses: Record<string, object> }>>;
    }>('/docs-json', { as: 'viewer', headers });
    for (const [method, route] of routes) {
      const path = route.replace(':userId', '{userId}');
      expect(Object.keys(body.paths[path]![method.toLowerCase()]!.responses)).toContain('429');
    }
    expect(Object.keys(body.paths['/api/v1/lessons']!['post']!.responses)).not.toContain('429');
  });

  it('what clients ask of narratives is neither limited nor put on record', async () => {
    const headers = { 'x-forwarded-for': `203.0.113.${++address}` };
    const ask = () => lastgood.ask('/api/v1/narratives', { method: 'POST', body: {}, headers });
    const statuses = new Set<number>();
    for (let call = 0; call < 3 * burst; call++) statuses.add((await ask()).status);
    expect(statuses).not.toContain(429);
    await lastgood.app.get(AuditCallsService).flush();
    const rows = await lastgood.sql(`SELECT 1 FROM lastgood.audit_calls WHERE route = '/api/v1/narratives'`);
    expect(rows).toEqual([]);
  });
});
