import { AuditCallsService } from '../src/platform/audit/index.js';
import type { Ask } from './support/http-client.js';
import { TestApp } from './support/test-app.js';

/** A secret in the form of whatever it is put into; names of rows, which errors have to tell, are no such place. */
const canary = 'c4naryS3cretXYZ0123456789abcdefghijklmnopqrs';
const key = `lg_AAAAAAAA_${canary.slice(0, 43)}`;
const basic = Buffer.from(`user:${canary}`).toString('base64');
const claims = Buffer.from(JSON.stringify({ sub: canary, role: 'admin' })).toString('base64url');
const token = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${claims}.${canary}`;
const phase = '/admin/phases/stage_4';
const json = { 'content-type': 'application/json' };

const env = {
  LOG_LEVEL: 'debug',
  REDIS_URL: `redis://:${canary}@127.0.0.1:1`,
  JWT_SECRET: canary,
  SNAPSHOT_SECRET: canary,
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'lastgood',
  ALERT_WEBHOOK_URL: `http://user:${canary}@127.0.0.1:1/hook?token=${canary}`,
};

const header = (headers: Record<string, string>): Ask => ({ as: null, headers });
const body = (value: unknown, method = 'PUT'): Ask => ({
  as: 'admin',
  method,
  headers: { 'if-match': '*' },
  body: value,
});

const inputs: [name: string, path: string, ask: Ask][] = [
  ['an unknown key', phase, header({ authorization: `Bearer ${key}` })],
  ['a bearer of another form', phase, header({ authorization: `Bearer ${canary}` })],
  ['a password', '/docs', header({ authorization: `Basic ${basic}` })],
  ['a token', '/api/v1/config/snapshot', header({ authorization: `Bearer ${token}` })],
  ['a scheme', phase, header({ authorization: `${canary} x` })],
  ['a cookie', phase, { as: 'viewer', headers: { cookie: `session=${canary}` } }],
  [
    'headers that mean nothing here',
    phase,
    { as: 'viewer', headers: { 'x-api-key': canary, 'proxy-authorization': canary } },
  ],
  [
    'a forwarded address',
    phase,
    { as: 'viewer', headers: { 'x-forwarded-for': canary, forwarded: `for=${canary}` } },
  ],
  ['a request id of no form', phase, { as: 'viewer', headers: { 'x-request-id': `${canary} ${canary}` } }],
  ['a trace of no form', phase, { as: 'viewer', headers: { traceparent: canary, tracestate: canary } }],
  ['a query that is not known', `${phase}?api_key=${canary}`, { as: 'viewer' }],
  ['the query of a path that leads nowhere', `/admin/none?token=${canary}`, { as: 'viewer' }],
  ['a path that leads nowhere', `/${canary}/${canary}`, { as: 'viewer' }],
  ['a method that is not taken', `/health/live?token=${canary}`, { as: 'admin', method: 'DELETE' }],
  [
    'a field that is not known',
    phase,
    body({ settings: { apiKey: canary }, reason: 'a test', note: canary }),
  ],
  [
    'a field of another type',
    phase,
    body({ settings: { temperature: canary, modelId: { id: canary } }, reason: [canary] }),
  ],
  ['JSON that is cut off', phase, { ...body(`{"apiKey":"${canary}`), headers: { 'if-match': '*', ...json } }],
  ['JSON that is a text', phase, { ...body(`"${canary}"`), headers: { 'if-match': '*', ...json } }],
  [
    'YAML with a fault',
    '/admin/config/diff',
    { ...body(`apiKey: "${canary}\n`, 'POST'), headers: { 'content-type': 'application/yaml' } },
  ],
  [
    'YAML of another form',
    '/admin/config/diff',
    { ...body(`models: ${canary}\n`, 'POST'), headers: { 'content-type': 'application/yaml' } },
  ],
  [
    'a content type',
    phase,
    { ...body(canary), headers: { 'if-match': '*', 'content-type': `text/${canary}` } },
  ],
  [
    'an Idempotency-Key',
    phase,
    { ...body({ settings: {}, reason: 'a test' }), headers: { 'idempotency-key': canary, 'if-match': '*' } },
  ],
  ['a cursor', `/admin/history?before=${canary}`, { as: 'viewer' }],
];

describe('a secret that is put where it does not belong', () => {
  let lastgood: TestApp;
  let answers = '';

  beforeAll(async () => {
    lastgood = await TestApp.start({ env });
    for (const [, path, ask] of inputs) {
      const { status, text, headers } = await lastgood.ask(path, ask);
      if (status >= 500) throw new Error(`${path} was answered ${status}: ${text}`);
      answers += `${path.split('?')[0]} ${status}\n${status >= 400 ? text : ''}\n${JSON.stringify([...headers])}\n`;
    }
    // A change with a key that is kept to repeat its answer, and a database that breaks in the middle of one.
    const { settings, etag } = await lastgood.row(phase);
    await lastgood.put(phase, { ...settings, maxTokens: 99 }, etag, {
      headers: { 'idempotency-key': canary },
    });
    await lastgood.proxy.mode('refuse');
    const broken = await lastgood.put(phase, settings, '*', { headers: { 'idempotency-key': canary } });
    answers += broken.text;
    await lastgood.proxy.mode('pass');
    await lastgood.app.get(AuditCallsService).flush();
  });

  afterAll(() => lastgood.dispose());

  it('is in no error that is answered, be it quoted in part (OP-3, OP-4)', () => {
    const bodies = answers.split('\n').filter((line) => !line.startsWith('/'));
    expect(bodies.join('\n')).not.toMatch(/c4naryS3cret/);
    expect(bodies.join('\n')).not.toContain(basic);
  });

  it('is in no line of the log, at its most talkative (OP-3)', () => {
    expect(lastgood.logs.length).toBeGreaterThan(10);
    expect(lastgood.logs.filter((line) => JSON.stringify(line).includes('c4naryS3cret'))).toEqual([]);
  });

  it.each(['/metrics', '/health', '/admin/cache/stats', '/admin/cluster', '/admin/history', '/docs-json'])(
    'is not in %s',
    async (path) => {
      const { text, status } = await lastgood.ask(path, { as: 'admin' });
      expect([200, 503]).toContain(status);
      expect(text).not.toMatch(/c4naryS3cret/);
    },
  );

  it('is in no row of the audit, nor of any table but that of the answers by their key (OP-3)', async () => {
    const tables = await lastgood.sql<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname = 'lastgood' AND tablename <> 'idempotent_answers'`,
    );
    const rows = await Promise.all(tables.map(({ name }) => lastgood.sql(`SELECT t::text FROM ${name} t`)));
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lastgood.audit_log', 'lastgood.audit_calls']),
    );
    expect(JSON.stringify(rows)).not.toMatch(/c4naryS3cret/);
  });
});
