import { CatalogUpstream, FakeLock, FakeTier, VirtualClock } from '../src/testing/index.js';
import { CatalogReplica } from './support/catalog-replica.js';

let clock: VirtualClock;
let upstream: CatalogUpstream;
let replica: CatalogReplica;

beforeEach(async () => {
  clock = new VirtualClock();
  upstream = await CatalogUpstream.start({ clock, tellsPublishers: true });
  upstream.putPublisher({ id: '1', name: 'North', founded: null, tags: [{ a: null }] });
  replica = new CatalogReplica({ clock, upstream });
});
afterEach(async () => {
  await replica.dispose();
  await upstream.close();
});

const causeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    ({ cause, message }: Error) => (cause instanceof Error ? cause.message : message),
  );

describe('what the catalogue reads (CT-1)', () => {
  it('is what the content service tells: unknown fields, null and absent ones stay as they are (CT-7)', async () => {
    const { data } = await replica.service.getPublisher('1');
    expect(data).toEqual({ id: '1', name: 'North', founded: null, tags: [{ a: null }] });
    upstream.putBook({ id: '7', publisher_id: '9', title: 'Fog', isbn: null });
    const { data: orphan } = await replica.service.getBook('7');
    expect(orphan).toEqual({ id: '7', publisher_id: '9', title: 'Fog', isbn: null, publisher: null });
    upstream.behave({ body: '{"id":"8","publisher_id":"1","title":""}' }, { path: '/books/8' });
    expect(Object.keys((await replica.service.getBook('8')).data)).toEqual(['id', 'publisher_id', 'title']);
  });

  it.each(['__proto__', '\\u005f_proto__'])(
    'is nothing that no tier would give back: a field named %s (CT-7)',
    async (field) => {
      const odd = `{"${field}":{"a":1},"kept":[{"${field}":2,"constructor":3}]}`;
      upstream.behave({ body: `[{"id":"1","publisher_id":"1","title":"x","odd":${odd}}]` });
      const [book] = (await replica.service.listBooks()).data;
      expect(JSON.stringify(book!['odd'])).toBe('{"kept":[{"constructor":3}]}');
    },
  );

  it('has ids as texts, also where they are told as numbers, and a book its publisher in it (CT-1)', async () => {
    upstream.putPublisher({ id: 2, name: 'South' });
    upstream.putBook({ id: 7, publisher_id: 2, title: 'Fog' });
    upstream.putConfig(7, { pages: 3, cover: null });
    expect((await replica.service.getBook('7')).data).toEqual({
      id: '7',
      publisher_id: '2',
      title: 'Fog',
      publisher: { id: '2', name: 'South' },
    });
    expect((await replica.service.listBooks('2')).data).toHaveLength(1);
    expect((await replica.service.getBookConfig('7')).data).toEqual({ book_id: '7', pages: 3, cover: null });
    expect(replica.reader.cache.entry('dcs:books:id:7')!.scopes).toEqual([
      'book:7',
      'of-publisher:2',
      'publisher:2',
    ]);
  });

  it('is a logo of the bytes that were sent, whoever changes his own (CT-1)', async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    upstream.putLogo('1', 'image/webp', bytes);
    const { data } = await replica.service.getPublisherLogo('1');
    data.bytes.fill(7);
    expect([data.contentType, data.bytes]).toEqual(['image/webp', bytes]);
  });

  it.each([
    ['a type that is no image', 'text/html', Buffer.from('<h1>')],
    ['an image of a type that is not taken', 'image/tiff', Buffer.from('II')],
    ['nothing', 'image/png', Buffer.alloc(0)],
    ['more than 1 MB', 'image/png', Buffer.alloc(1_000_001)],
  ])('is no logo of %s (CT-7)', async (_, contentType, bytes) => {
    upstream.putLogo('1', contentType, bytes);
    await expect(replica.service.getPublisherLogo('1')).rejects.toMatchObject({
      code: 'catalog-unavailable',
      cause: { fault: 'invalid' },
    });
  });

  it.each([
    ['another book', { id: '2', publisher_id: '1', title: 'x' }, 'id: is not "1"'],
    ['no title', { id: '1', publisher_id: '1' }, 'title: Invalid input: expected string'],
    ['a title that is a number', { id: '1', publisher_id: '1', title: 1234567 }, 'title: Invalid input'],
    ['an id that breaks a key', { id: '1:2', publisher_id: '1', title: 'x' }, 'id: 1 to 100 of'],
    ['an id that is a fraction', { id: 1.5, publisher_id: '1', title: 'x' }, 'id: 1 to 100 of'],
    [
      'a publisher of no name',
      { id: '1', publisher_id: '1', title: 'x', publisher: { id: '1' } },
      'publisher.name',
    ],
    ['a list', [], 'Invalid input'],
  ])('is no answer that tells %s (CT-7)', async (_, body, why) => {
    upstream.behave({ body: JSON.stringify(body) });
    const cause = await causeOf(replica.service.getBook('1'));
    expect(cause).toContain(`The upstream's answer is not in order: ${why}`);
    expect(cause).not.toContain('1234567');
    expect(replica.reader.cache.has('dcs:books:id:1')).toBe(false);
  });

  it('is no answer that is nested deeper than anybody can read (CT-7)', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    upstream.behave({ body: `{"id":"1","publisher_id":"1","title":"x","deep":${deep}}` });
    await expect(replica.service.getBook('1')).rejects.toMatchObject({ code: 'catalog-unavailable' });
    expect(replica.counters.upstream).toMatchObject({ ok: 0, invalid: 1 });
  });

  it('is no list that tells one entity twice, or books of another publisher (CT-7)', async () => {
    const book = (id: unknown, publisherId: string) => ({ id, publisher_id: publisherId, title: 'x' });
    upstream.behave({ body: JSON.stringify([book('1', '1'), book(1, '1')]) }, { path: '/books' });
    expect(await causeOf(replica.service.listBooks())).toContain('1.id: is there twice');
    upstream.behave({ body: JSON.stringify([book('1', '2')]) }, { path: '/books?publisher_id=1' });
    expect(await causeOf(replica.service.listBooks('1'))).toContain('0.publisher_id: is not "1"');
  });

  it.each(['', '1:2', '../1', '-1', 'a'.repeat(101), 'ä', '1 '])(
    'has no id %j, which is said with the limits of ids before anybody is asked (CT-1)',
    async (id) => {
      await expect(replica.service.getBook(id)).rejects.toMatchObject({
        code: 'catalog-id-invalid',
        message: `book id must be 1 to 100 of A-Z a-z 0-9 . _ -, a letter or digit first; got ${JSON.stringify(id.slice(0, 100))}`,
      });
      await expect(replica.service.listBooks(id)).rejects.toThrow('publisher id must be');
      expect(upstream.requests).toEqual([]);
    },
  );

  it('is fresh for as long as its kind is, less a tenth at most (CT-2)', async () => {
    upstream.putBook({ id: '1', publisher_id: '1', title: 'Fog' });
    upstream.putConfig('1', {});
    upstream.putLogo('1', 'image/png', Buffer.from('a'));
    const { service } = replica;
    const limits = [
      [(await service.listPublishers()).maxAgeMs, 600_000],
      [(await service.getPublisher('1')).maxAgeMs, 600_000],
      [(await service.getPublisherLogo('1')).maxAgeMs, 3_600_000],
      [(await service.listBooks()).maxAgeMs, 600_000],
      [(await service.listBooks('1')).maxAgeMs, 600_000],
      [(await service.getBook('1')).maxAgeMs, 600_000],
      [(await service.getBookConfig('1')).maxAgeMs, 300_000],
    ] as const;
    for (const [maxAgeMs, limitMs] of limits) {
      expect(maxAgeMs).toBeLessThanOrEqual(limitMs);
      expect(maxAgeMs).toBeGreaterThanOrEqual(0.9 * limitMs);
    }
    const { maxAgeMs } = await service.getBook('1');
    const count = () => upstream.count('/books/1');
    await clock.advance(maxAgeMs - 1);
    expect((await service.getBook('1')).meta).toMatchObject({ isStale: false, source: 'memory' });
    expect(count()).toBe(1);
    await clock.advance(1);
    expect((await service.getBook('1')).meta.isStale).toBe(true);
    await upstream.received(upstream.requests.length);
    while ((await service.getBook('1')).meta.isStale) await new Promise(setImmediate);
    expect(count()).toBe(2);
  });

  it('counts what is read of each view, and nothing of what is not there or not given (CT-8)', async () => {
    await replica.service.getPublisher('1');
    await expect(replica.service.getPublisher('9')).rejects.toThrow('There is no publisher "9"');
    await expect(replica.service.getPublisher('9')).rejects.toThrow('There is no publisher "9"');
    upstream.behave('unauthorized', { path: '/publishers/8' });
    await expect(replica.service.getPublisher('8')).rejects.toMatchObject({ code: 'catalog-unavailable' });
    await replica.service.getPublisher('1');
    await replica.service.listPublishers();
    expect([...replica.counts.take()]).toEqual([
      ['dcs:publishers:id:1', 2],
      ['dcs:publishers:list', 1],
    ]);
  });

  it('is one request of two processes that share Redis, and what is no view there is none (CT-1)', async () => {
    const redis = { tier: new FakeTier('redis', clock), lock: new FakeLock(clock) };
    const [one, other] = [
      new CatalogReplica({ clock, upstream, redis }),
      new CatalogReplica({ clock, upstream, redis }),
    ];
    one.apply({ event: 'book.updated', id: '99', publisherId: null });
    other.apply({ event: 'book.updated', id: '99', publisherId: null });
    const [read] = await Promise.all([one.service.getPublisher('1'), other.service.getPublisher('1')]);
    await clock.advance(200);
    expect(upstream.count('/publishers/1')).toBe(1);

    const [name, stored] = [...redis.tier.entries].find(([key]) => key.includes('publishers:id:1'))!;
    const good = stored.value as { data: { name: string } };
    expect(good.data.name).toBe(read.data.name);
    const foreign = [{ ...good, data: { id: '1', name: 'Forged' } }, { hash: 'x', data: 'y' }, 'text', null];
    for (const value of foreign) {
      redis.tier.entries.set(name, { ...stored, value });
      const third = new CatalogReplica({ clock, upstream, redis });
      third.apply({ event: 'book.updated', id: '99', publisherId: null });
      expect((await third.service.getPublisher('1')).data.name).toBe('North');
      await third.dispose();
    }
    await Promise.all([one.dispose(), other.dispose()]);
  });
});
