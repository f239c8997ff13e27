import { CoherenceService } from '../src/platform/cache/index.js';
import { CatalogUpstream } from '../src/testing/index.js';
import { pollUntil } from './support/poll-until.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

const catalog = '/api/v1/catalog';
const paths = [
  '/publishers',
  '/publishers/1',
  '/publishers/1/logo',
  '/books',
  '/books?publisher_id=1',
  '/books/7',
  '/books/7/config',
];

describe('a process that starts while the content service is down (CT-7)', () => {
  it('answers what its disk has, and labels what was changed meanwhile (CT-7)', async () => {
    const keeper = await TestApp.start();
    const upstream = await CatalogUpstream.start();
    upstream.putPublisher({ id: '1', name: 'North' });
    upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog' });
    upstream.putConfig('7', { pages: 3 });
    upstream.putLogo('1', 'image/png', Buffer.from('logo'));
    const env = {
      CATALOG_BASE_URL: upstream.url,
      CATALOG_API_KEY: upstream.apiKey,
      DATA_DIR: tempFolder('cold'),
    };
    const start = () => TestApp.start({ beside: keeper, env });
    const read = async (app: TestApp, path: string) => {
      const { status, text, headers } = await app.ask(`${catalog}${path}`);
      const isStale = /detail=fresh$/.exec(headers.get('cache-status') ?? '') === null;
      return { status, isStale, etag: headers.get('etag'), data: text.split(',"meta":')[0] };
    };

    const change = (scope: string) => {
      const body = { scope, reason: 'a test' };
      return keeper.ask('/admin/cache/catalog/invalidate', { method: 'POST', as: 'admin', body });
    };

    // What was read at a change that is in the log can be proven after a restart.
    await change('book:1');
    const first = await start();
    await first.app.get(CoherenceService).whenAsked('catalog', 5_000);
    const before = new Map<string, object>();
    for (const path of paths) {
      await pollUntil(async () => (await read(first, path)).status === 200, path);
      before.set(path, await read(first, path));
    }
    await first.dispose();
    await upstream.close();
    await change('book:7');

    const second = await start();
    await second.app.get(CoherenceService).whenAsked('catalog', 5_000);
    for (const path of paths)
      expect(await read(second, path)).toEqual({ ...before.get(path), isStale: path.startsWith('/books') });
    expect(await second.ask(`${catalog}/books/8`)).toMatchObject({
      status: 503,
      body: { code: 'catalog-unavailable' },
    });
    await second.dispose();
    await keeper.dispose();
  });
});
