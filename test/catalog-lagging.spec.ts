import type { CatalogEvent } from '../src/features/catalog/views/catalog-event.js';
import { CatalogUpstream, FakeLock, FakeTier, VirtualClock } from '../src/testing/index.js';
import { CatalogReplica } from './support/catalog-replica.js';

const bookKey = 'dcs:books:id:1';
const updated: CatalogEvent = { event: 'book.updated', id: '1', publisherId: '1' };

let clock: VirtualClock;
let upstream: CatalogUpstream;
let replica: CatalogReplica;

beforeEach(async () => {
  clock = new VirtualClock();
  upstream = await CatalogUpstream.start({ clock });
  upstream.putPublisher({ id: '1', name: 'North' });
  for (const id of ['1', '10', '100']) upstream.putBook({ id, publisher_id: '1', title: 'old' });
  replica = new CatalogReplica({ clock, upstream });
});
afterEach(async () => {
  await replica.dispose();
  await upstream.close();
});

const put = (title: string) => upstream.putBook({ id: '1', publisher_id: '1', title });
const titleAt = async (of = replica) => (await of.service.getBook('1')).data.title;
const isFresh = (of = replica, key = bookKey) => of.reader.describe(key)?.isStale === false;

/** Lets real requests come to their end while virtual time stands still. */
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(setImmediate);
};
const asked = () => upstream.count('/books/1');

describe('a view that an event touched (CT-6)', () => {
  it('is stale at once, and only that: id 1 leaves 10 and 100 alone (CT-2, CT-6)', async () => {
    for (const id of ['1', '10', '100']) await replica.service.getBook(id);
    replica.apply(updated);
    const stale = ['1', '10', '100'].filter((id) => !isFresh(replica, `dcs:books:id:${id}`));
    expect(stale).toEqual(['1']);
  });

  it('is not made fresh by a load that began before the event, however late it ends (CT-6)', async () => {
    await titleAt();
    replica.apply(updated);
    upstream.behave({ delayMs: 1_000 }, { path: '/books/1', times: 1 });
    const slow = replica.reader.refresh(bookKey);
    await until(() => asked() === 2);
    await clock.advance(500);
    put('new');
    replica.apply(updated);
    await clock.advance(500);
    expect((await slow).value.data).toMatchObject({ title: 'new' });
    expect(isFresh()).toBe(false);
    const read = await replica.service.getBook('1');
    expect(read.meta).toMatchObject({ isStale: true, reason: 'invalidated' });
    await until(() => isFresh());
    expect(asked()).toBe(3);
  });

  it('is read again after 2 s and after 10 s, and then no more (CT-6)', async () => {
    await titleAt();
    upstream.lagMs = 5_000;
    put('new');
    replica.apply(updated);
    await replica.reader.refresh(bookKey);
    expect([await titleAt(), isFresh()]).toEqual(['old', true]);

    await clock.advance(1_999);
    expect([asked(), isFresh()]).toEqual([2, true]);
    await clock.advance(1);
    await until(() => isFresh());
    expect([asked(), await titleAt()]).toEqual([3, 'old']);

    await clock.advance(7_999);
    expect([asked(), isFresh()]).toEqual([3, true]);
    await clock.advance(1);
    await until(() => isFresh());
    expect([asked(), await titleAt()]).toEqual([4, 'new']);
    expect((await replica.service.getBook('1')).maxAgeMs).toBeGreaterThan(500_000);

    await clock.advance(500_000);
    expect([asked(), replica.timers.size]).toEqual([4, 0]);
  });

  it('is fresh until it is read again and no longer, also for a process that takes it from Redis (CT-6)', async () => {
    const redis = { tier: new FakeTier('redis', clock), lock: new FakeLock(clock) };
    const [one, other] = [
      new CatalogReplica({ clock, upstream, redis }),
      new CatalogReplica({ clock, upstream, redis }),
    ];
    for (const each of [one, other]) each.apply({ event: 'book.updated', id: '99', publisherId: null });
    await one.service.getBook('1');
    upstream.lagMs = 1_500;
    put('new');
    for (const each of [one, other]) each.apply(updated);
    await clock.advance(300);
    await one.reader.refresh(bookKey);
    await clock.advance(100);
    // It crashes: of its timers none fires.
    await one.dispose();
    expect([await titleAt(other), isFresh(other)]).toEqual(['old', true]);
    const before = asked();
    await clock.advance(1_599);
    expect(isFresh(other)).toBe(true);
    await clock.advance(1);
    expect(isFresh(other)).toBe(false);
    const read = await other.service.getBook('1');
    expect(read.meta.isStale).toBe(true);
    await clock.advance(0);
    await until(() => isFresh(other));
    expect([await titleAt(other), asked()]).toEqual(['new', before + 1]);
    await other.dispose();
  });

  it('that was not there yet where the event told of it is read again as well (CT-6)', async () => {
    upstream.lagMs = 1_000;
    upstream.putBook({ id: '2', publisher_id: '1', title: 'new' });
    replica.apply({ event: 'book.created', id: '2', publisherId: '1' });
    await expect(replica.service.getBook('2')).rejects.toMatchObject({ code: 'catalog-not-found' });
    await clock.advance(2_000);
    await until(() => isFresh(replica, 'dcs:books:id:2'));
    expect((await replica.service.getBook('2')).data.title).toBe('new');
  });

  it('is read again a second later where its moment came while it could not be (CT-6)', async () => {
    await titleAt();
    upstream.lagMs = 1_000;
    put('new');
    replica.apply(updated);
    await replica.reader.refresh(bookKey);
    upstream.behave({ status: 500 }, { times: 1 });
    await clock.advance(2_000);
    await until(() => asked() === 3);
    await until(() => replica.told('load-failed').length === 1);
    await clock.advance(1_000);
    await until(() => isFresh());
    expect(await titleAt()).toBe('new');
  });

  it('is read again though nobody asks, where it was read so late that it rests at its moment (CT-5, CT-6)', async () => {
    await titleAt();
    upstream.lagMs = 1_900;
    put('new');
    replica.apply(updated);
    await clock.advance(1_500);
    await replica.reader.refresh(bookKey);
    await clock.advance(499);
    expect([isFresh(), replica.reader.describe(bookKey)!.data.data]).toMatchObject([true, { title: 'old' }]);
    await clock.advance(1);
    await clock.advance(1_000);
    await until(() => isFresh());
    expect(await titleAt()).toBe('new');
  });

  it('has one timer, for the last event, and none after the process ends (CT-6)', async () => {
    await titleAt();
    for (let event = 0; event < 5; event++) {
      replica.apply(updated);
      await replica.reader.refresh(bookKey);
      await clock.advance(100);
    }
    expect(replica.timers.size).toBe(1);
    replica.timers.beforeApplicationShutdown();
    const before = asked();
    await clock.advance(20_000);
    expect([asked(), replica.timers.size]).toEqual([before, 0]);
  });

  it('is told the moments when it is read again by the last change of what it contains (CT-6)', async () => {
    replica.apply(updated);
    await clock.advance(9_000);
    await replica.service.listBooks();
    expect((await replica.service.listBooks()).maxAgeMs).toBe(1_000);
    expect((await replica.service.getBook('10')).maxAgeMs).toBeGreaterThan(500_000);
    await clock.advance(1_000);
    await until(() => isFresh(replica, 'dcs:books:list'));
    expect((await replica.service.listBooks()).maxAgeMs).toBeGreaterThan(500_000);
  });
});
