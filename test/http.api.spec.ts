import { registeredRoutes } from './support/registered-routes.js';
import { TestApp } from './support/test-app.js';

const config = '/api/v1/config/phases/stage_4';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** How the process speaks HTTP, whatever is asked (OP-4). */
describe('HTTP (OP-4)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  it('APIs stand under /api, and nothing else beside /admin, /webhooks, /health, /metrics and /docs', () => {
    const paths = registeredRoutes(lastgood.app).map((route) => route.split(' ')[1]!);
    expect(paths.length).toBeGreaterThan(20);
    const elsewhere = paths.filter(
      (path) =>
        !/^\/(api|admin|webhooks|health|metrics|docs)(\/|$)/.test(path) && !/^\/docs-(json|yaml)$/.test(path),
    );
    expect(elsewhere).toEqual([]);
  });

  describe('every answer', () => {
    it.each<[string, string, number]>([
      ['what is served', config, 200],
      ['what does not exist', '/api/v1/config/phases/stage_44', 404],
      ['a path that nobody knows', '/nowhere', 404],
      ['a URL that no router takes', '/%zz', 400],
      ['what asks for another role', '/admin/phases', 403],
    ])('of %s carries its request id and forbids browsers all but reading it', async (_, path, status) => {
      const answer = await lastgood.ask(path, { headers: { 'x-request-id': 'mine-1' } });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('x-request-id')).toBe('mine-1');
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers.has('x-powered-by')).toBe(false);
    });

    it('continues the trace of who asks, or begins one', async () => {
      const given = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
      for (const path of [config, '/nowhere', '/admin/phases']) {
        const { headers } = await lastgood.ask(path, { headers: given });
        expect(headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-(?!00f067)[\\da-f]{16}-01$`));
      }
      const { headers } = await lastgood.ask(config);
      expect(headers.get('traceparent')).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    });
  });

  describe('an error is a problem', () => {
    it.each<[string, string, object, number, string]>([
      ['a path that nobody knows', '/nowhere', {}, 404, 'not-found'],
      ['another method than the path has', config, { method: 'DELETE' }, 405, 'method-not-allowed'],
      ['a URL that no router takes', '/%zz', {}, 400, 'bad-request'],
      ['a part that is too long', `/admin/phases/${'x'.repeat(3_000)}`, {}, 414, 'uri-too-long'],
      ['no JSON', '/admin/cache/clear', { method: 'POST', as: 'admin', body: '{' }, 400, 'bad-request'],
      [
        'a prototype',
        '/admin/cache/clear',
        { method: 'POST', as: 'admin', body: '{"__proto__":{"reason":"abc"}}' },
        400,
        'bad-request',
      ],
      [
        'a constructor',
        '/admin/cache/clear',
        { method: 'POST', as: 'admin', body: '{"constructor":{"prototype":{}}}' },
        400,
        'bad-request',
      ],
      [
        'another type of body',
        '/admin/cache/clear',
        { method: 'POST', as: 'admin', body: '<a/>', headers: { 'content-type': 'text/xml' } },
        415,
        'unsupported-media-type',
      ],
      [
        'a form',
        '/admin/cache/clear',
        {
          method: 'POST',
          as: 'admin',
          body: 'reason=because',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
        415,
        'unsupported-media-type',
      ],
      [
        'plain text, though it be JSON',
        '/admin/cache/clear',
        {
          method: 'POST',
          as: 'admin',
          body: '{"reason":"because"}',
          headers: { 'content-type': 'text/plain' },
        },
        415,
        'unsupported-media-type',
      ],
    ])('%s', async (_, path, ask, status, code) => {
      const answer = await lastgood.ask<Record<string, unknown>>(path, ask);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({ type: 'about:blank', status, code });
      expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
      expect(answer.text).not.toMatch(/FST_|node_modules|\.js|at \w+ \(|Exception/);
    });

    it('a body past 256 KB, with the limit', async () => {
      const post = (bytes: number) =>
        lastgood.ask('/admin/cache/clear', {
          method: 'POST',
          as: 'admin',
          body: `{"reason":"${'x'.repeat(bytes - 13)}"}`,
        });
      expect(await post(256 * 1024)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
      expect(await post(256 * 1024 + 1)).toMatchObject({
        status: 413,
        body: { code: 'payload-too-large', detail: 'The body may have at most 262144 bytes' },
      });
    });
  });

  it.each([
    [config, 'POST', 'GET, HEAD'],
    ['/health/live', 'DELETE', 'GET, HEAD'],
    ['/admin/phases/stage_4', 'PATCH', 'DELETE, GET, HEAD, PUT'],
    ['/admin/cache/clear', 'GET', 'POST'],
    ['/docs', 'POST', 'GET, HEAD'],
    [config, 'OPTIONS', 'GET, HEAD'],
  ])('%s answers %s with 405 and Allow: %s', async (path, method, allow) => {
    const answer = await lastgood.ask(path, { method, as: null });
    expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  describe('the page of /docs', () => {
    it('has no script in it, so that its own files are all that may run', async () => {
      const { text, headers } = await lastgood.ask('/docs', { as: 'viewer' });
      expect(headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe-eval|script-src[^;]*unsafe/);
      const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)</g)];
      expect(scripts.length).toBeGreaterThan(2);
      for (const [, attributes, content] of scripts) {
        expect(attributes).toMatch(/ src="\.\/docs\//);
        expect(content!.trim()).toBe('');
      }
      expect(text).not.toMatch(/ on\w+="|javascript:/);
    });

    it('loads all that it names', async () => {
      const { text } = await lastgood.ask('/docs', { as: 'viewer' });
      const files = [...text.matchAll(/(?:src|href)="\.(\/docs\/[^"]+)"/g)].map(([, path]) => path!);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        const { status, headers } = await lastgood.ask(file, { as: 'viewer' });
        expect([file, status]).toEqual([file, 200]);
        expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      }
    });
  });
});
