import { CatalogUpstream, VirtualClock, type CatalogMisbehaviour } from '../src/testing/index.js';
import { CatalogReplica } from './support/catalog-replica.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The shortest that any view is fresh is less than that. */
const pastFreshMs = 3_600_001;

let clock: VirtualClock;
let upstream: CatalogUpstream;
let replica: CatalogReplica;

beforeEach(async () => {
  clock = new VirtualClock();
  upstream = await CatalogUpstream.start({ clock });
  upstream.putPublisher({ id: '1', name: 'North' });
  upstream.putBook({ id: '1', publisher_id: '1', title: 'Fog' });
  upstream.putConfig('1', { pages: 3 });
  upstream.putLogo('1', 'image/png', Buffer.from('a logo'));
  replica = new CatalogReplica({ clock, upstream });
});
afterEach(async () => {
  await replica.dispose();
  await upstream.close();
});

/** Any read of the service, and where it asks. */
const reads = [
  ['the list of publishers', '/publishers', () => replica.service.listPublishers()],
  ['a publisher', '/publishers/1', () => replica.service.getPublisher('1')],
  ['a logo', '/publishers/1/logo', () => replica.service.getPublisherLogo('1')],
  ['the list of books', '/books', () => replica.service.listBooks()],
  ['the books of a publisher', '/books?publisher_id=1', () => replica.service.listBooks('1')],
  ['a book', '/books/1', () => replica.service.getBook('1')],
  ['the configuration of a book', '/books/1/config', () => replica.service.getBookConfig('1')],
] as const;

type Refusal = {
  readonly code: string;
  readonly cause?: { readonly code?: string; readonly fault?: string };
};
const refusalOf = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: Refusal) => error,
  );

/** Settles a read of an upstream that may hang: once its request has come, the time of the load passes. */
async function settled<T>(read: () => Promise<T>, mode: CatalogMisbehaviour | null): Promise<T> {
  const before = upstream.requests.length;
  const work = read();
  work.catch(() => undefined);
  if (mode === 'hang') {
    await upstream.received(before + 1);
    await clock.advance(2_000);
  }
  return work;
}

const tooLarge: CatalogMisbehaviour = { body: `"${'x'.repeat(5_000_001)}"` };
const faults: [string, CatalogMisbehaviour | null, string][] = [
  ['is down', null, 'network'],
  ['hangs', 'hang', 'timeout'],
  ['answers 500', { status: 500 }, 'status'],
  ['answers 503', { status: 503 }, 'status'],
  ['answers 429', { status: 429 }, 'status'],
  ['answers 401', 'unauthorized', 'unauthorized'],
  ['answers HTML', 'html', 'invalid'],
  [
    'is lost by its gateway, which answers HTML with 404',
    { status: 404, body: '<h1>404 Not Found</h1>', contentType: 'text/html' },
    'invalid',
  ],
  ['answers half of the JSON', 'broken-json', 'invalid'],
  ['answers JSON that is none of it', { body: '{"some":"thing"}' }, 'invalid'],
  ['answers null', { body: 'null' }, 'invalid'],
  ['answers nothing', { body: '' }, 'invalid'],
  ['breaks off', 'truncated', 'network'],
  ['answers too much', tooLarge, 'invalid'],
];

describe.each(faults)('a content service that %s (CT-7)', (_, mode, fault) => {
  const breakIt = async () => (mode === null ? upstream.close() : upstream.behave(mode));

  it('leaves the last known good, labelled stale, warned of and counted (CT-7)', async () => {
    const good = (await replica.service.getBook('1')).data;
    await breakIt();
    await clock.advance(pastFreshMs);
    const read = await settled(() => replica.service.getBook('1'), mode);
    expect(read.data).toEqual(good);
    const reason = mode === 'hang' ? 'origin-slow' : 'origin-failed';
    expect(read.meta).toMatchObject({ isStale: true, reason });
    expect(replica.told('stale-answer').at(-1)).toMatchObject({
      namespace: 'catalog',
      subject: 'book "1"',
      reason,
    });
    expect(replica.counters.upstream).toMatchObject({ ok: 1, [fault]: 1 });
    expect(replica.reader.cache.staleHits).toBeGreaterThan(0);
  });

  it('is 503 for what was never held, and says when to come back (CT-7)', async () => {
    await breakIt();
    const refusal = await refusalOf(settled(() => replica.service.getBook('1'), mode));
    expect(refusal).toMatchObject({
      code: 'catalog-unavailable',
      retryable: true,
      retryAfterMs: expect.any(Number),
      message: 'Cannot get book "1": the content service gives nothing and no cached data',
    });
    const cause = mode === 'hang' ? { code: 'load-timeout' } : { code: 'upstream-request-failed', fault };
    expect(refusal.cause).toMatchObject(cause);
    expect(replica.told('lookup-failed')).toHaveLength(1);
  });
});

describe('a content service that gives nothing (CT-7)', () => {
  it.each(reads)('is stood in for by %s of up to 24 h, and not for longer (CT-7)', async (_, _path, read) => {
    const { maxAgeMs } = await read();
    await upstream.close();
    await clock.advance(maxAgeMs + dayMs - 1);
    expect((await read()).meta).toMatchObject({ isStale: true });
    await clock.advance(minuteMs);
    expect(await refusalOf(read())).toMatchObject({ code: 'catalog-too-stale', retryable: true });
  });

  it('is stood in for by what an event made stale, for 24 h from then (CT-7)', async () => {
    await replica.service.getBook('1');
    await upstream.close();
    replica.apply({ event: 'book.updated', id: '1', publisherId: '1' });
    const asked = replica.service.getBook('1');
    expect((await asked).meta).toMatchObject({ isStale: true, reason: 'invalidated' });
    await clock.advance(dayMs - 1);
    expect((await replica.service.getBook('1')).meta.isStale).toBe(true);
    await clock.advance(1);
    expect(await refusalOf(replica.service.getBook('1'))).toMatchObject({ code: 'catalog-too-stale' });
  });

  it('is asked again as soon as it answers, by views that were left alone for long (CT-7)', async () => {
    for (const [, , read] of reads) await read();
    upstream.behave({ status: 500 });
    await clock.advance(pastFreshMs);
    for (let round = 0; round < 20; round++) {
      for (const [, , read] of reads) await read();
      await clock.advance(10_000);
    }
    upstream.heal();
    const isFresh = async () =>
      (await Promise.all(reads.map(([, , read]) => read()))).every((r) => !r.meta.isStale);
    let waitedMs = 0;
    for (; !(await isFresh()) && waitedMs < 120_000; waitedMs += 500) {
      await clock.advance(500);
      await new Promise(setImmediate);
    }
    // The breaker's pause of 30 s, and then the spread of those that recover.
    expect(waitedMs).toBeLessThanOrEqual(40_000);
  });
});

describe('what the content service says is not there (CT-7)', () => {
  it('is 404, remembered for 60 s, and then asked for again (CT-7)', async () => {
    const missing = () => refusalOf(replica.service.getBook('2'));
    expect(await missing()).toMatchObject({ code: 'catalog-not-found', message: 'There is no book "2"' });
    await clock.advance(minuteMs - 1);
    expect(await missing()).toMatchObject({ code: 'catalog-not-found' });
    expect(upstream.count('/books/2')).toBe(1);
    await clock.advance(1);
    upstream.putBook({ id: '2', publisher_id: '1', title: 'New' });
    expect((await replica.service.getBook('2')).data.title).toBe('New');
    expect(replica.counters.upstream).toMatchObject({ 'not-found': 1, ok: 1 });
  });

  it('is not papered over with what was there before (CT-7)', async () => {
    await replica.service.getBook('1');
    upstream.deleteBook('1');
    await clock.advance(pastFreshMs);
    const first = await replica.service.getBook('1').catch((error: Refusal) => error.code);
    expect(first).toBe('catalog-not-found');
    await upstream.close();
    await clock.advance(minuteMs - 1);
    expect(await refusalOf(replica.service.getBook('1'))).toMatchObject({ code: 'catalog-not-found' });
    await clock.advance(1);
    expect(await refusalOf(replica.service.getBook('1'))).toMatchObject({ code: 'catalog-unavailable' });
  });

  it.each([
    ['publishers', () => replica.service.listPublishers()],
    ['books', () => replica.service.listBooks()],
  ])('is a fault, and no absence, where it is the list of all %s (CT-7)', async (name, read) => {
    upstream.behave({ status: 404 });
    expect(await refusalOf(read())).toMatchObject({
      code: 'catalog-unavailable',
      cause: { fault: 'status', message: `The upstream knows no list of all ${name} (404)` },
    });
  });

  it('is an answer of a publisher that has no books: an empty list (CT-7)', async () => {
    upstream.putPublisher({ id: '5', name: 'Empty' });
    expect((await replica.service.listBooks('5')).data).toEqual([]);
    expect(await refusalOf(replica.service.listBooks('6'))).toMatchObject({ code: 'catalog-not-found' });
  });
});
