import type { Reader } from '../src/core/index.js';
import { CATALOG_READER } from '../src/features/catalog/catalog.policy.js';
import { catalogKeys } from '../src/features/catalog/views/catalog-keys.js';
import type { CatalogView } from '../src/features/catalog/views/catalog-view.js';
import { CatalogUpstream } from '../src/testing/index.js';
import type { Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const catalog = '/api/v1/catalog';
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('the catalogue over HTTP (CT-1)', () => {
  let upstream: CatalogUpstream;
  let lastgood: TestApp;

  beforeAll(async () => {
    upstream = await CatalogUpstream.start();
    upstream.putPublisher({ id: '1', name: 'North', founded: null });
    upstream.putPublisher({ id: '2', name: 'South' });
    upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog' });
    upstream.putBook({ id: '8', publisher_id: '2', title: 'Two' });
    upstream.putConfig('7', { pages: 3 });
    upstream.putLogo('1', 'image/png', Buffer.from([137, 80, 78, 71, 0, 255]));
    upstream.putLogo('2', 'image/svg+xml; charset=utf-8', Buffer.from(svg));
    lastgood = await TestApp.start({
      env: { CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey },
    });
    // The start reads the lists of all (CT-8).
    const reader = lastgood.app.get<Reader<CatalogView>>(CATALOG_READER, { strict: false });
    await pollUntil(
      () => [catalogKeys.publishers, catalogKeys.books].every((key) => reader.describe(key) !== null),
      'the lists are held',
    );
  });
  afterAll(async () => {
    await lastgood.dispose();
    await upstream.close();
  });

  const reader = () => lastgood.app.get<Reader<unknown>>(CATALOG_READER, { strict: false });
  /** As somebody who changes the content, and whose webhook has been applied. */
  const change = async (work: () => void, scope: string) => {
    const before = await versionOf();
    work();
    const body = { scope, reason: 'a test' };
    await lastgood.ask('/admin/cache/catalog/invalidate', { method: 'POST', as: 'admin', body });
    await pollUntil(async () => (await versionOf()) > before, 'the change is counted');
  };
  const versionOf = async () => {
    const [row] = await lastgood.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'catalog'`,
    );
    return row!.version;
  };

  it.each<[string, unknown]>([
    [
      '/publishers',
      [
        { id: '1', name: 'North', founded: null },
        { id: '2', name: 'South' },
      ],
    ],
    ['/publishers/1', { id: '1', name: 'North', founded: null }],
    ['/books', [expect.objectContaining({ id: '7' }), expect.objectContaining({ id: '8' })]],
    ['/books?publisher_id=1', [{ id: '7', publisher_id: '1', title: 'Fog' }]],
    ['/books/7', { id: '7', publisher_id: '1', title: 'Fog' }],
    ['/books/7/config', { book_id: '7', pages: 3 }],
  ])('answers %s with its label, and then from memory or with 304 (CT-1)', async (path, data) => {
    const isWarm = path === '/publishers' || path === '/books';
    const first = await lastgood.ask<{ meta: { snapshotId: string } }>(`${catalog}${path}`);
    expect(first).toMatchObject({
      status: 200,
      body: { data, meta: { source: isWarm ? 'memory' : 'origin', reason: 'fresh', isStale: false } },
    });
    expect(first.headers.get('content-type')).toContain('application/json');
    const outcome = isWarm ? 'hit' : 'fwd=miss; stored';
    expect(first.headers.get('cache-status')).toMatch(
      new RegExp(`^lastgood; ${outcome}; ttl=\\d+; detail=fresh$`),
    );
    expect(first.headers.get('cache-control')).toBe(
      'private, max-age=0, stale-while-revalidate=60, stale-if-error=86400',
    );
    const etag = first.headers.get('etag')!;
    expect(etag).toBe(`W/"${first.body.meta.snapshotId}"`);
    const again = await lastgood.ask(`${catalog}${path}`);
    expect(again.body).toMatchObject({ data, meta: { source: 'memory', isStale: false } });
    expect(again.headers.get('age')).toMatch(/^\d+$/);
    const same = await lastgood.ask(`${catalog}${path}`, { headers: { 'if-none-match': etag } });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    expect(upstream.count(path)).toBe(1);
  });

  it("tells what is left of each view's own time (CT-2)", async () => {
    const ttlOf = async (path: string) => {
      const { headers } = await lastgood.ask(`${catalog}${path}`);
      return Number(/ttl=(\d+)/.exec(headers.get('cache-status')!)![1]);
    };
    expect(await ttlOf('/books/7/config')).toBeLessThanOrEqual(300);
    expect(await ttlOf('/books/7')).toBeGreaterThan(500);
    expect(await ttlOf('/publishers/1/logo')).toBeGreaterThan(3_000);
  });

  it('answers a logo with its bytes, its type, and no leave to guess another (CT-1)', async () => {
    const ask = (headers = {}) =>
      fetch(`${lastgood.url}${catalog}/publishers/1/logo`, {
        headers: { authorization: `Bearer ${lastgood.keys.client}`, ...headers },
      });
    const answer = await ask();
    expect([answer.status, Buffer.from(await answer.arrayBuffer())]).toEqual([
      200,
      Buffer.from([137, 80, 78, 71, 0, 255]),
    ]);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-length')).toBe('6');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const same = await ask({ 'if-none-match': answer.headers.get('etag')! });
    expect([same.status, await same.text()]).toEqual([304, '']);
  });

  it('answers an SVG so that nothing in it runs, also when it is known already (CT-1)', async () => {
    const path = `${catalog}/publishers/2/logo`;
    const answer = await lastgood.ask(path);
    expect(answer.text).toBe(svg);
    const headers = { 'if-none-match': answer.headers.get('etag')! };
    for (const each of [answer, await lastgood.ask(path, { headers })]) {
      expect(each.headers.get('content-security-policy')).toContain("default-src 'none'; sandbox");
      expect(each.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each([
    ['/publishers/3', 404, 'catalog-not-found'],
    ['/publishers/3/logo', 404, 'catalog-not-found'],
    ['/books/9/config', 404, 'catalog-not-found'],
    ['/books?publisher_id=3', 404, 'catalog-not-found'],
    ['/books/1%3A2', 400, 'request-invalid'],
    ['/books/..%2F7', 400, 'request-invalid'],
    ['/books?publisher_id=', 400, 'request-invalid'],
    ['/books?publisher_id=1&publisher_id=2', 400, 'request-invalid'],
    ['/books?limit=1', 400, 'request-invalid'],
    ['/publishers?x=1', 400, 'request-invalid'],
  ])('answers %s with %d (CT-1, CT-7)', async (path, status, code) => {
    expect(await lastgood.ask(`${catalog}${path}`)).toMatchObject({ status, body: { code } });
  });

  it('answers of a least version, or not at all (CT-1)', async () => {
    const invalidated = await lastgood.ask<{ version: string }>('/admin/cache/catalog/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { scope: 'book:999', reason: 'a test' },
    });
    const [, epoch, version] = /^(.*):(\d+)$/.exec(invalidated.body.version)!;
    const ask = (minVersion: string) =>
      lastgood.ask(`${catalog}/books/8`, { headers: { 'x-min-version': minVersion } });
    expect((await ask(`${epoch}:${version}`)).status).toBe(200);
    const asked = upstream.count('/books/8');
    expect(await ask(`${epoch}:${Number(version) + 1}`)).toMatchObject({
      status: 503,
      body: { code: 'version-not-reached' },
    });
    // What is read now is of no later version: it is not read for nothing.
    expect(upstream.count('/books/8')).toBe(asked);
    expect(await ask('none')).toMatchObject({ status: 400, body: { code: 'min-version-invalid' } });
  });

  it('waits a little for a version that another process told of just now (CT-1, CT-6)', async () => {
    const other = await TestApp.start({
      beside: lastgood,
      env: { CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey, CHANGE_FEED: 'poll' },
    });
    for (let time = 0; time < 5; time++) {
      const body = { scope: 'book:8', reason: 'a test' };
      const told = await lastgood.ask<{ version: string }>('/admin/cache/catalog/invalidate', {
        method: 'POST',
        as: 'admin',
        body,
      });
      const headers = { 'x-min-version': told.body.version };
      expect(await other.ask(`${catalog}/books/8`, { headers })).toMatchObject({
        status: 200,
        body: { meta: { isStale: false } },
      });
    }
    await other.dispose();
  });

  it('answers stale at once what was changed, and then as it is now, with another ETag (CT-6)', async () => {
    const path = `${catalog}/books/8`;
    const before = await lastgood.ask(path);
    await change(() => upstream.putBook({ id: '8', publisher_id: '2', title: 'Changed' }), 'book:8');
    const title = async () => {
      const { body } = await lastgood.ask<{ data: Json; meta: Json }>(path);
      return [body.data['title'], body.meta['isStale']] as unknown as [string, boolean];
    };
    await pollUntil(async () => String(await title()) === 'Changed,false', 'the book is read anew');
    expect((await lastgood.ask(path)).headers.get('etag')).not.toBe(before.headers.get('etag'));
    // It was read within 2 s of its change: it is not fresh for any longer than that says.
    const entry = reader().cache.entry('dcs:books:id:8')!;
    expect(entry.maxAgeMs).toBeLessThanOrEqual(10_000);
    const asked = upstream.count('/books/8');
    await pollUntil(() => upstream.count('/books/8') > asked, 'the book is read again, though nobody asks');
  });

  it('goes on with the last known good while the content service is down, and says so (CT-7)', async () => {
    await lastgood.ask(`${catalog}/books/7`);
    upstream.behave({ status: 500 });
    await change(() => undefined, 'book:7');
    await pollUntil(
      async () => (await lastgood.ask(`${catalog}/books/7`)).body['meta']!['reason'] !== ('fresh' as never),
      'the book is stale',
    );
    const answer = await lastgood.ask(`${catalog}/books/7`);
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { title: 'Fog' }, meta: { isStale: true } },
    });
    expect(answer.headers.get('cache-status')).toMatch(/detail=(invalidated|origin-failed|backing-off)$/);
    expect(lastgood.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'serving stale', subject: 'book "7"' }),
    );
    const nothing = await lastgood.ask(`${catalog}/books/70`);
    expect(nothing).toMatchObject({ status: 503, body: { code: 'catalog-unavailable' } });
    expect(Number(nothing.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    upstream.heal();
  });
});

describe('a server without a content service (CT-1)', () => {
  it('says that there is no catalogue, and serves all else (CT-1)', async () => {
    const lastgood = await TestApp.start();
    expect(await lastgood.ask(`${catalog}/books`)).toMatchObject({
      status: 503,
      body: {
        code: 'catalog-not-configured',
        detail: 'There is no catalogue: CATALOG_BASE_URL is not set',
      },
    });
    expect((await lastgood.ask('/api/v1/config/phases/stage_4')).status).toBe(200);
    await lastgood.dispose();
  });
});
