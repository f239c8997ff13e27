import { CatalogUpstream } from './catalog-upstream.js';
import { VirtualClock } from './virtual-clock.js';

describe('CatalogUpstream (CT-10)', () => {
  const clock = new VirtualClock();
  let upstream: CatalogUpstream;
  beforeEach(async () => {
    upstream = await CatalogUpstream.start({ clock });
    upstream.putPublisher({ id: '1', name: 'North', founded: null });
    upstream.putPublisher({ id: '10', name: 'South' });
    upstream.putBook({ id: 7, publisher_id: '1', title: 'Nebel über Grün' });
    upstream.putBook({ id: 'b.8', publisher_id: '10', title: 'Two' });
  });
  afterEach(() => upstream.close());

  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${upstream.url}${path}`, { headers: { authorization: 'Bearer key' }, ...init });
  const read = async (path: string) => {
    const response = await get(path);
    return [response.status, await response.json()];
  };
  const statusOf = async (path: string, init?: RequestInit) => {
    const response = await get(path, init);
    await response.arrayBuffer();
    return response.status;
  };

  it('tells lists, entities, configurations and logos as they were put', async () => {
    upstream.putConfig('b.8', { pages: 3, cover: null });
    upstream.putLogo('1', 'image/png', Uint8Array.of(137, 80, 255));
    const north = { id: '1', name: 'North', founded: null };
    const fog = { id: 7, publisher_id: '1', title: 'Nebel über Grün' };
    expect(await read('/publishers')).toEqual([200, [north, { id: '10', name: 'South' }]]);
    expect(await read('/publishers/1')).toEqual([200, north]);
    expect(await read('/books')).toEqual([200, [fog, expect.objectContaining({ id: 'b.8' })]]);
    expect(await read('/books?publisher_id=1')).toEqual([200, [fog]]);
    expect(await read('/books/7')).toEqual([200, fog]);
    expect(await read('/books/b.8/config')).toEqual([200, { book_id: 'b.8', pages: 3, cover: null }]);
    const logo = await get('/publishers/1/logo');
    expect([logo.headers.get('content-type'), ...new Uint8Array(await logo.arrayBuffer())]).toEqual([
      'image/png',
      137,
      80,
      255,
    ]);
  });

  it('answers 404 for what is not there, and 401 without the key', async () => {
    const missing = [
      '/publishers/2',
      '/publishers/1/logo',
      '/books/8',
      '/books/7/config',
      '/books?publisher_id=2',
      '/other',
      '/books/7/config/x',
    ];
    for (const path of missing) expect([path, await statusOf(path)]).toEqual([path, 404]);
    expect(await statusOf('/books/7', { headers: {} })).toBe(401);
    expect(await statusOf('/books/7', { headers: { authorization: 'Bearer other' } })).toBe(401);
  });

  it('takes books, configuration and logo away with their publisher', async () => {
    upstream.putConfig(7, {});
    upstream.deletePublisher('1');
    expect(await statusOf('/publishers/1')).toBe(404);
    expect(await statusOf('/books/7')).toBe(404);
    expect(await statusOf('/books/7/config')).toBe(404);
    expect(await statusOf('/books/b.8')).toBe(200);
  });

  it('shows a change to readers only when its replica has seen it', async () => {
    await statusOf('/publishers');
    upstream.lagMs = 2_000;
    upstream.putPublisher({ id: '1', name: 'Renamed' });
    upstream.deletePublisher('10');
    await clock.advance(1_999);
    expect(await read('/publishers/1')).toEqual([200, { id: '1', name: 'North', founded: null }]);
    expect(await statusOf('/publishers/10')).toBe(200);
    await clock.advance(1);
    expect(await read('/publishers/1')).toEqual([200, { id: '1', name: 'Renamed' }]);
    expect(await statusOf('/publishers/10')).toBe(404);
  });

  it('tells a book with its publisher where it was started so', async () => {
    await upstream.close();
    upstream = await CatalogUpstream.start({ tellsPublishers: true });
    upstream.putPublisher({ id: 1, name: 'North' });
    upstream.putBook({ id: 7, publisher_id: 1, title: 'Fog' });
    upstream.putBook({ id: 8, publisher_id: 2, title: 'Orphan' });
    expect(await read('/books')).toEqual([
      200,
      [
        { id: 7, publisher_id: 1, title: 'Fog', publisher: { id: 1, name: 'North' } },
        { id: 8, publisher_id: 2, title: 'Orphan', publisher: null },
      ],
    ]);
  });

  it('misbehaves as it was told, for the path it was told, until it is healed', async () => {
    upstream.behave({ status: 503, retryAfter: '7' }, { path: '/books/7', times: 1 });
    upstream.behave('unauthorized', { path: '/books/7' });
    const busy = await get('/books/7');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
    await busy.arrayBuffer();
    expect(await statusOf('/books/7')).toBe(401);
    expect(await statusOf('/books/b.8')).toBe(200);
    upstream.heal();
    expect(await statusOf('/books/7')).toBe(200);
    expect(upstream.count('/books/7')).toBe(3);
    expect(upstream.requests.at(-1)).toEqual({ method: 'GET', path: '/books/7' });
  });

  it('answers what is no answer: a page, half a JSON, half of what it announced, any text', async () => {
    const whole = await (await get('/books')).text();
    upstream.behave('html', { times: 1 });
    expect((await get('/books')).headers.get('content-type')).toBe('text/html');
    upstream.behave('broken-json', { times: 1 });
    const half = await (await get('/books')).text();
    expect(half.length).toBeLessThan(whole.length);
    expect(whole.startsWith(half.slice(0, 20))).toBe(true);
    upstream.behave({ body: '{"id":"other"}' }, { times: 1 });
    expect(await read('/books/7')).toEqual([200, { id: 'other' }]);
    upstream.behave('truncated', { times: 1 });
    const cut = await get('/books');
    await expect(cut.text()).rejects.toThrow('terminated');
    upstream.behave('reset', { times: 1 });
    await expect(get('/books')).rejects.toThrow('fetch failed');
  });

  it('hangs, and is late by its own clock', async () => {
    upstream.behave('hang', { path: '/books' });
    upstream.behave({ delayMs: 60_000 }, { path: '/books/7' });
    const gone = new AbortController();
    const hanging = get('/books', { signal: gone.signal });
    await upstream.received(1);
    gone.abort();
    await expect(hanging).rejects.toThrow('aborted');
    const late = statusOf('/books/7');
    await upstream.received(2);
    while (clock.pending === 0) await new Promise(setImmediate);
    await clock.advance(60_000);
    expect(await late).toBe(200);
  });

  it('takes registrations of webhooks, each once', async () => {
    const post = () =>
      statusOf('/webhooks', {
        method: 'POST',
        headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
        body: '{"url":"http://a.example/webhooks/catalog"}',
      });
    expect([await post(), await post()]).toEqual([201, 409]);
    expect(upstream.registrations[0]).toEqual({ url: 'http://a.example/webhooks/catalog' });
  });
});
