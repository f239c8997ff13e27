import { pino } from 'pino';
import { Reader, StaleWhileRevalidateCache, Stream, StreamFollower } from '../../../../core/index.js';
import { DatabaseUnavailableError } from '../../../../platform/database/index.js';
import { FakeChangeFeed } from '../../../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../../../testing/fake-origin.js';
import { VirtualClock } from '../../../../testing/virtual-clock.js';
import { catalogNamespace, catalogPolicy, catalogStream } from '../../catalog.policy.js';
import type { CatalogEvent } from '../../views/catalog-event.js';
import { catalogKeys } from '../../views/catalog-keys.js';
import { scopesOfEvent } from '../../views/catalog-scopes.js';
import type { SettledEvent } from '../keeping/webhook-event.repository.js';
import { WebhookLooks } from './webhook-looks.service.js';

const maxAge = { configMs: 300_000, publisherMs: 600_000, bookMs: 600_000, logoMs: 3_600_000 };
const updated = (id: string): CatalogEvent => ({ event: 'book.updated', id, publisherId: null });

/** The log of webhooks, which is away where that is said. */
class Log {
  readonly written: SettledEvent[][] = [];
  isAway = false;
  /** Is waited for before anything is written. */
  until: Promise<void> = Promise.resolve();

  async settle(events: readonly SettledEvent[]): Promise<void> {
    await this.until;
    if (this.isAway) throw new DatabaseUnavailableError('away');
    this.written.push([...events]);
  }
}

describe('WebhookLooks (CT-5)', () => {
  let clock: VirtualClock;
  let feed: FakeChangeFeed;
  let origin: FakeOrigin<string>;
  let stream: Stream;
  let follower: StreamFollower;
  let reader: Reader<string>;
  let log: Log;
  let lines: { level: number; msg: string }[];
  let looks: WebhookLooks;

  const makeLooks = (found: unknown): WebhookLooks => {
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const registry = { find: () => found } as ConstructorParameters<typeof WebhookLooks>[1];
    return new WebhookLooks(log, registry, { stream: () => stream }, clock, logger);
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    feed = new FakeChangeFeed();
    stream = new Stream(catalogStream);
    const report = () => undefined;
    follower = new StreamFollower({ clock, report, feed, stream, listen: true });
    origin = new FakeOrigin('new');
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      policy: catalogPolicy({ maxAge }),
      stream,
      namespace: catalogNamespace,
      confirmedBy: 'load',
    });
    reader = new Reader<string>({ namespace: catalogNamespace, clock, report, cache, origin });
    follower.attach(reader);
    follower.start();
    await clock.advance(0);
    log = new Log();
    lines = [];
    looks = makeLooks({ reader });
  });

  afterEach(() => follower.stop());

  /** As a load would have, before whatever comes now. */
  const hold = (key: string, scopes: readonly string[]) => reader.set(key, 'old', { scopes });
  const change = (event: CatalogEvent) => {
    const point = feed.change([...scopesOfEvent(event)]);
    feed.notify();
    return point;
  };
  const holdBook = (id: string) => hold(catalogKeys.book(id), [`book:${id}`]);
  const valueOf = (key: string) => reader.describe(key)?.data;

  it('has what is held of the views of an event loaded anew, and says that it is done', async () => {
    holdBook('1');
    holdBook('10');
    hold(catalogKeys.books, ['books', 'book:1']);
    const point = change(updated('1'));
    looks.begin([{ id: 'w1', event: updated('1'), point, lookedAt: 1 }]);
    await clock.advance(1_200);
    expect(origin.requests.map(({ key }) => key).toSorted()).toEqual(
      [catalogKeys.book('1'), catalogKeys.books].toSorted(),
    );
    expect(valueOf(catalogKeys.book('10'))).toBe('old');
    expect(log.written).toEqual([[{ id: 'w1', status: 'done', error: null, lookedAt: 1 }]]);
    expect(looks.size).toBe(0);
  });

  it('has nothing loaded that nobody holds', async () => {
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(2_000);
    expect([origin.loads, log.written.flat().map(({ status }) => status)]).toEqual([0, ['done']]);
  });

  it('believes nothing that is held before this process has applied the event', async () => {
    holdBook('1');
    const point = change(updated('1'));
    feed.fail(new Error('away'));
    looks.begin([{ id: 'w1', event: updated('1'), point, lookedAt: 1 }]);
    await clock.advance(5_000);
    expect([reader.describe(catalogKeys.book('1'))?.isStale, looks.size, log.written]).toEqual([
      false,
      1,
      [],
    ]);
    feed.fail(null);
    await clock.advance(4_000);
    expect([valueOf(catalogKeys.book('1')), log.written.flat()]).toEqual([
      'new',
      [{ id: 'w1', status: 'done', error: null, lookedAt: 1 }],
    ]);
  });

  it('is done with an event whose view was loaded since, though others make it stale again and again', async () => {
    holdBook('1');
    origin.answer({ value: 'new', scopes: ['book:1'] });
    looks.begin([{ id: 'first', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    const goOn = async (at: number) => {
      await clock.advance(500);
      looks.begin([{ id: `w${at}`, event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    };
    for (let at = 0; at < 10; at++) await goOn(at);
    expect(log.written.flat()[0]).toMatchObject({ id: 'first', status: 'done' });
    for (let at = 10; at < 80; at++) await goOn(at);
    await clock.advance(4_000);
    expect(log.written.flat()).toHaveLength(81);
    expect(log.written.flat().filter(({ status }) => status !== 'done')).toEqual([]);
  });

  it('writes errors as Postgres takes them, whatever stands in them', async () => {
    holdBook('1');
    origin.fail(new Error(`\0${'x'.repeat(282)}\u{1F600}`));
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(31_500);
    const [{ error }] = log.written.flat() as [SettledEvent];
    expect(error).toMatch(/^dcs:books:id:1: x+\uFFFD$/);
  });

  it('gives up after 30 s, and says why', async () => {
    holdBook('1');
    origin.fail(new Error('the content service answered 500'));
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(29_000);
    expect([looks.size, log.written]).toEqual([1, []]);
    await clock.advance(2_500);
    expect(log.written.flat()).toEqual([
      { id: 'w1', status: 'failed', error: 'dcs:books:id:1: the content service answered 500', lookedAt: 1 },
    ]);
    await clock.advance(60_000);
    expect([looks.size, log.written.length]).toEqual([0, 1]);
  });

  it('says of what was never applied that it was not', async () => {
    const point = { ...change(updated('1')), version: 99 };
    looks.begin([{ id: 'w1', event: updated('1'), point, lookedAt: 1 }]);
    await clock.advance(32_000);
    expect(log.written.flat()).toEqual([
      { id: 'w1', status: 'failed', error: 'the change was not applied by this process', lookedAt: 1 },
    ]);
  });

  it('settles many events of one key by one load and one write', async () => {
    holdBook('1');
    const events = Array.from({ length: 300 }, (_, at) => ({
      id: `w${at}`,
      event: updated('1'),
      point: change(updated('1')),
      lookedAt: 1,
    }));
    looks.begin(events);
    await clock.advance(1_200);
    expect([origin.loads, log.written.map((batch) => batch.length)]).toEqual([1, [300]]);
  });

  it('tries again what it could not write, and says so once', async () => {
    log.isAway = true;
    for (const id of ['w1', 'w2']) {
      looks.begin([{ id, event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
      await clock.advance(10_000);
    }
    expect([looks.size, lines.map(({ msg }) => msg)]).toEqual([
      2,
      ['the log of webhooks waits for the database'],
    ]);
    log.isAway = false;
    await clock.advance(1_000);
    expect([looks.size, log.written.flat().map(({ id }) => id)]).toEqual([0, ['w1', 'w2']]);
  });

  it('looks again at what is begun anew while its end is not written', async () => {
    log.isAway = true;
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(3_000);
    holdBook('1');
    const point = change(updated('1'));
    looks.begin([{ id: 'w1', event: updated('1'), point, lookedAt: 1 }]);
    log.isAway = false;
    await clock.advance(3_000);
    expect([valueOf(catalogKeys.book('1')), log.written.flat().map(({ id }) => id)]).toEqual(['new', ['w1']]);
  });

  it('writes the end of what was begun anew while its first end was being written', async () => {
    let go = () => {};
    log.until = new Promise((resolve) => (go = resolve));
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(3_000);
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    expect(looks.size).toBe(1);
    go();
    await clock.advance(3_000);
    expect([looks.size, log.written.flat().map(({ id }) => id)]).toEqual([0, ['w1', 'w1']]);
  });

  it('has a bound: what is more is left to others', async () => {
    log.isAway = true;
    const point = change(updated('1'));
    const many = Array.from({ length: 12_000 }, (_, at) => ({
      id: `w${at}`,
      event: updated('1'),
      point,
      lookedAt: 1,
    }));
    looks.begin(many);
    await clock.advance(2_000);
    looks.begin(many.slice(11_000));
    expect(looks.size).toBe(10_000);
    log.isAway = false;
    await clock.advance(2_000);
    expect([looks.size, log.written.every((batch) => batch.length <= 1_000)]).toEqual([0, true]);
  });

  it('is done at once where there is no catalogue', async () => {
    looks = makeLooks(undefined);
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(2_000);
    expect(log.written.flat().map(({ status }) => status)).toEqual(['done']);
  });

  it('leaves no timer behind, and writes what it knows as it ends', async () => {
    log.isAway = true;
    looks.begin([{ id: 'w1', event: updated('1'), point: change(updated('1')), lookedAt: 1 }]);
    await clock.advance(2_000);
    await follower.stop();
    log.isAway = false;
    await looks.beforeApplicationShutdown();
    expect([log.written.flat().length, clock.pending]).toEqual([1, 0]);
    looks.begin([{ id: 'w2', event: updated('2'), point: feed.asOf, lookedAt: 1 }]);
    expect([looks.size, clock.pending]).toEqual([0, 0]);
  });
});
