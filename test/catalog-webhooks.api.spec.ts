import type { Reader } from '../src/core/index.js';
import { catalogNamespace } from '../src/features/catalog/catalog.policy.js';
import { catalogKeys } from '../src/features/catalog/views/catalog-keys.js';
import { minVersionHeader, NamespaceRegistry } from '../src/platform/cache/index.js';
import { CatalogUpstream } from '../src/testing/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';
import { sendWebhook, webhookEnv, webhookOf } from './support/webhook-sender.js';

interface View {
  readonly data: { readonly title: string };
  readonly meta: { readonly isStale: boolean; readonly reason: string };
}

const api = '/api/v1/catalog';
const ids = ['1', '10', '100'];

describe('the catalogue and its webhooks (CT-5, CT-6, CT-9)', () => {
  let upstream: CatalogUpstream;
  let lastgood: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    upstream = await CatalogUpstream.start();
    for (const id of ids) {
      upstream.putPublisher({ id, name: `publisher ${id}` });
      upstream.putBook({ id, publisher_id: id, title: 'first' });
      upstream.putConfig(id, { pages: 1 });
    }
    const env = { ...webhookEnv, CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey };
    lastgood = await TestApp.start({ env });
    beside = await TestApp.start({ beside: lastgood, env });
  });

  afterEach(() => upstream.heal());

  afterAll(async () => {
    await beside.dispose();
    await lastgood.dispose();
    await upstream.close();
  });

  const readBook = async (app: TestApp, id: string) => (await app.ask<View>(`${api}/books/${id}`)).body;
  const readAll = async (app: TestApp) => {
    const paths = ids.flatMap((id) => [
      `/books/${id}`,
      `/books/${id}/config`,
      `/books?publisher_id=${id}`,
      `/publishers/${id}`,
    ]);
    for (const path of ['/books', '/publishers', ...paths])
      expect([path, (await app.ask(`${api}${path}`)).status]).toEqual([path, 200]);
  };
  const reader = ({ app }: TestApp): Reader<unknown> =>
    app.get(NamespaceRegistry, { strict: false }).get(catalogNamespace).reader;
  const staleKeys = (app: TestApp) =>
    [...reader(app).cache.keys()].filter((key) => reader(app).describe(key)?.isStale === true).toSorted();
  const untilFresh = (app: TestApp) => {
    const isFresh = async () => {
      await readAll(app);
      return staleKeys(app).length === 0;
    };
    return pollUntil(isFresh, 'all is fresh', undefined, 30_000);
  };
  const statusOf = async (id: string) => {
    const { body } = await lastgood.ask<{ webhooks: { status: string; error: string | null }[] }>(
      `/admin/catalog/webhooks?id=${id}`,
      { as: 'viewer' },
    );
    return body.webhooks[0]!;
  };

  it('serves nothing from before an event as fresh, once its sender was answered (CT-5, CT-6)', async () => {
    await readAll(lastgood);
    for (let round = 0; round < 25; round++) {
      const title = `round ${round}`;
      upstream.putBook({ id: '1', publisher_id: '1', title });
      const { status } = await sendWebhook(
        lastgood,
        webhookOf('book.updated', { id: '1', publisher_id: '1' }),
      );
      expect(status).toBe(200);
      const { data, meta } = await readBook(lastgood, '1');
      expect([data.title, meta.isStale]).not.toEqual([expect.not.stringMatching(`^${title}$`), false]);
    }
    await untilFresh(lastgood);
    expect((await readBook(lastgood, '1')).data.title).toBe('round 24');
  });

  it('has what its receiver holds loaded anew, though nobody reads, and says that it is done (CT-5)', async () => {
    await readAll(lastgood);
    upstream.putBook({ id: '10', publisher_id: '10', title: 'new' });
    await sendWebhook(lastgood, webhookOf('book.updated', { id: '10', publisher_id: '10' }, 'held'));
    await pollUntil(async () => (await statusOf('held')).status === 'done', 'it is done');
    for (const key of [catalogKeys.book('10'), catalogKeys.books, catalogKeys.publisherBooks('10')])
      expect([key, JSON.stringify(reader(lastgood).describe(key)?.data)]).toEqual([
        key,
        expect.stringContaining('"title":"new"'),
      ]);
  });

  it('reaches the processes that did not receive it (CT-5)', async () => {
    await readAll(beside);
    upstream.putBook({ id: '100', publisher_id: '100', title: 'everywhere' });
    const { body } = await sendWebhook(
      lastgood,
      webhookOf('book.updated', { id: '100', publisher_id: '100' }),
    );
    const headers = { [minVersionHeader]: body.version };
    const titles: string[] = [];
    const isReached = async () => {
      const { status, body: view } = await beside.ask<View>(`${api}/books/100`, { headers });
      if (status === 200) titles.push(view.data.title);
      return status === 200;
    };
    // Until the other process has heard of that version it refuses it: it may not be told what is older.
    await pollUntil(isReached, 'the other process has reached the version');
    expect(titles).toEqual(['everywhere']);
  });

  it('is pending while the content service fails, and done once that is back (CT-5, CT-7)', async () => {
    await untilFresh(lastgood);
    upstream.behave({ status: 500 });
    await sendWebhook(lastgood, webhookOf('book.updated', { id: '1', publisher_id: '1' }, 'failing'));
    const { requests } = upstream;
    const seen = requests.length;
    await pollUntil(() => requests.length > seen, 'the content service is asked');
    expect((await statusOf('failing')).status).toBe('pending');
    upstream.heal();
    await pollUntil(
      async () => (await statusOf('failing')).status !== 'pending',
      'it is settled',
      undefined,
      40_000,
    );
    expect(await statusOf('failing')).toMatchObject({ status: 'done', error: null });
  }, 60_000);

  it('marks by an operator what contains a book, and not those whose ids begin like its own (CT-9)', async () => {
    await untilFresh(lastgood);
    // Nothing that is marked becomes fresh meanwhile.
    upstream.behave({ status: 500 });
    const answer = await lastgood.ask('/admin/cache/catalog/invalidate', {
      method: 'POST',
      as: 'admin',
      body: { scope: 'book:1', reason: 'a test' },
    });
    expect(answer.status).toBe(200);
    expect(staleKeys(lastgood)).toEqual(
      [
        catalogKeys.book('1'),
        catalogKeys.bookConfig('1'),
        catalogKeys.books,
        catalogKeys.publisherBooks('1'),
      ].toSorted(),
    );
  });

  it('is shown in the statistics, and cleared with all the others (CT-9)', async () => {
    await untilFresh(lastgood);
    upstream.behave({ status: 500 });
    const stats = await lastgood.ask<{ namespaces: Record<string, { stream: string }> }>(
      '/admin/cache/stats',
      {
        as: 'viewer',
      },
    );
    expect(stats.body.namespaces['catalog']).toMatchObject({ stream: 'catalog', pinned: false });
    const cleared = await lastgood.ask<{ namespaces: Record<string, { local: number }> }>(
      '/admin/cache/clear',
      {
        method: 'POST',
        as: 'admin',
        body: { reason: 'a test' },
      },
    );
    expect(cleared.body.namespaces['catalog']!.local).toBe(reader(lastgood).cache.size);
    expect(staleKeys(lastgood)).toHaveLength(reader(lastgood).cache.size);
    expect((await readBook(lastgood, '1')).data.title).toBe('round 24');
  });
});
