import { pino } from 'pino';
import { ReadResult, type Reason, type Source } from '../../../core/index.js';
import { parseConfig } from '../../../platform/config/index.js';
import { DatabaseUnavailableError } from '../../../platform/database/index.js';
import { VirtualClock } from '../../../testing/index.js';
import { catalogKeys } from '../views/catalog-keys.js';
import type { CatalogView } from '../views/catalog-view.js';
import { CatalogWarmup } from './catalog-warmup.service.js';

type Line = Readonly<Record<string, unknown>>;

const answer = (reason: Reason = 'fresh', source: Source = 'origin', absent = false) => {
  const isStale = reason !== 'fresh';
  const standing = { isStale, source, reason, band: isStale ? 'if-error' : 'fresh', absent } as const;
  return new ReadResult<CatalogView>({ hash: 'h', data: [] }, 0, null, standing);
};

/** Reads that wait until they are let go, in the order in which they were begun. */
class HeldReader {
  readonly begun: string[] = [];
  mostAtOnce = 0;
  answers: (key: string) => ReadResult<CatalogView> | Error = () => answer();
  private readonly waiting: (() => void)[] = [];

  async get(key: string): Promise<ReadResult<CatalogView>> {
    this.begun.push(key);
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.waiting.length);
    });
    const told = this.answers(key);
    if (told instanceof Error) throw told;
    return told;
  }

  letOneGo(): void {
    this.waiting.shift()?.();
  }

  get underWay(): number {
    return this.waiting.length;
  }
}

describe('the warm-up of the catalogue (CT-8)', () => {
  const lists = [catalogKeys.publishers, catalogKeys.books];
  const books = (count: number) => Array.from({ length: count }, (_, at) => catalogKeys.book(String(at)));
  let clock: VirtualClock;
  let reader: HeldReader;
  let lines: Line[];
  let asks: number;
  let rows: () => readonly string[];
  let warmup: CatalogWarmup;

  beforeEach(() => {
    clock = new VirtualClock();
    reader = new HeldReader();
    lines = [];
    asks = 0;
    rows = () => [];
    make({ CATALOG_BASE_URL: 'http://content.example' });
  });

  function make(env: Readonly<Record<string, string>>): void {
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
    const database = {
      query: <R>() => {
        asks++;
        return Promise.resolve().then(() => rows().map((key) => ({ key })) as R[]);
      },
    };
    const coherence = { whenAsked: () => Promise.resolve(true) };
    warmup = new CatalogWarmup(parseConfig(env), reader, database, coherence, clock, logger);
  }

  /** Lets reads go one after the other until none is left. */
  async function drain(): Promise<void> {
    await clock.advance(0);
    while (reader.underWay > 0) {
      reader.letOneGo();
      await clock.advance(0);
    }
  }

  const told = () => lines.map(({ done, total, msg }) => [done, total, msg]);

  it('loads both lists before anything else, then what was read most, four at once', async () => {
    rows = () => books(10);
    warmup.onApplicationBootstrap();
    await clock.advance(0);
    expect(reader.begun).toEqual([catalogKeys.publishers, catalogKeys.books]);
    reader.letOneGo();
    await clock.advance(0);
    expect(reader.begun).toHaveLength(2);
    await drain();
    expect(reader.begun.slice(2)).toEqual(books(10));
    expect(reader.mostAtOnce).toBe(4);
  });

  it('tells when it begins, how far it is at each quarter, and at the end what came of it', async () => {
    const outcomes: Record<string, ReadResult<CatalogView> | Error> = {
      [catalogKeys.books]: answer('fresh', 'redis'),
      [catalogKeys.book('0')]: answer('fresh', 'origin', true),
      [catalogKeys.book('1')]: answer('origin-failed', 'memory'),
      [catalogKeys.book('2')]: new Error('nothing held'),
      [catalogKeys.book('3')]: answer('revalidating', 'disk'),
    };
    reader.answers = (key) => outcomes[key] ?? answer();
    rows = () => books(6);
    warmup.onApplicationBootstrap();
    await drain();
    expect(told()).toEqual([
      [undefined, 8, 'the catalogue is loaded ahead of its readers'],
      [2, 8, 'the catalogue is being loaded'],
      [4, 8, 'the catalogue is being loaded'],
      [6, 8, 'the catalogue is being loaded'],
      [8, 8, 'the catalogue was loaded ahead'],
    ]);
    expect(lines.at(-1)).toMatchObject({ level: 30, loaded: 3, held: 2, missing: 1, failed: 2 });
  });

  it('passes over what is no key of a view', async () => {
    rows = () => ['dcs:books:id:7', 'dcs:books:id:../7', 'other', 'dcs:books:secret:7'];
    warmup.onApplicationBootstrap();
    await drain();
    expect(reader.begun.slice(2)).toEqual(['dcs:books:id:7']);
  });

  it('waits for a database that is away, and then loads what it knows', async () => {
    rows = () => {
      if (asks < 5) throw new DatabaseUnavailableError('away');
      return books(1);
    };
    warmup.onApplicationBootstrap();
    await clock.advance(1_500);
    expect(reader.begun).toEqual([]);
    await clock.advance(500);
    await drain();
    expect(reader.begun).toEqual([catalogKeys.publishers, catalogKeys.books, ...books(1)]);
  });

  it('loads the lists without a database, after a while, and says so', async () => {
    rows = () => {
      throw new DatabaseUnavailableError('away');
    };
    warmup.onApplicationBootstrap();
    await clock.advance(11_000);
    await drain();
    expect(reader.begun).toEqual([catalogKeys.publishers, catalogKeys.books]);
    expect(lines[0]).toMatchObject({ level: 40, error: expect.stringContaining('away') });
    expect(told().at(-1)).toEqual([2, 2, 'the catalogue was loaded ahead']);
  });

  it('waits for a content service that is down at the start, and asks it for the lists alone until then', async () => {
    let isDown = true;
    reader.answers = () => (isDown ? new Error('down') : answer());
    rows = () => books(3);
    warmup.onApplicationBootstrap();
    await drain();
    await clock.advance(30_000);
    await drain();
    expect(reader.begun).toEqual([...lists, ...lists]);
    expect(told()).toEqual([
      [undefined, 5, 'the catalogue is loaded ahead of its readers'],
      [undefined, undefined, 'the content service gives no list: the catalogue is loaded ahead when it does'],
    ]);
    isDown = false;
    await clock.advance(30_000);
    await drain();
    expect(reader.begun.slice(4)).toEqual([...lists, ...books(3)]);
    expect(lines.at(-1)).toMatchObject({ done: 5, total: 5, loaded: 5, failed: 0 });
    expect(clock.pending).toBe(0);
  });

  it('loads what was read most where one list alone cannot be had', async () => {
    reader.answers = (key) => (key === catalogKeys.books ? answer('origin-failed', 'disk') : answer());
    rows = () => books(2);
    warmup.onApplicationBootstrap();
    await drain();
    expect(reader.begun).toEqual([...lists, ...books(2)]);
    expect(lines.at(-1)).toMatchObject({ done: 4, loaded: 3, failed: 1 });
  });

  it('ends with a process that stops while the content service is down, and leaves no timer', async () => {
    reader.answers = () => new Error('down');
    const run = warmup.run();
    await drain();
    warmup.beforeApplicationShutdown();
    await run;
    expect([reader.begun, clock.pending]).toEqual([lists, 0]);
    expect(told().at(-1)).toEqual([0, 2, 'the catalogue was not loaded further']);
  });

  it('begins nothing more when the process stops, and says how far it came', async () => {
    rows = () => books(20);
    warmup.onApplicationBootstrap();
    await clock.advance(0);
    reader.letOneGo();
    reader.letOneGo();
    await clock.advance(0);
    warmup.beforeApplicationShutdown();
    await drain();
    expect(reader.begun).toHaveLength(6);
    expect(told().at(-1)).toEqual([6, 22, 'the catalogue was not loaded further']);
  });

  it('ends with a process that stops while the database is away, and leaves no timer', async () => {
    rows = () => {
      throw new DatabaseUnavailableError('away');
    };
    const run = warmup.run();
    await clock.advance(700);
    warmup.beforeApplicationShutdown();
    await run;
    expect([reader.begun, lines, clock.pending]).toEqual([[], [], 0]);
  });

  it('does nothing without a content service', async () => {
    make({});
    warmup.onApplicationBootstrap();
    await drain();
    expect([reader.begun, asks, lines]).toEqual([[], 0, []]);
  });
});
