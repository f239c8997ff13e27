import { pino } from 'pino';
import { DatabaseUnavailableError } from '../../../platform/database/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { NarrativeAnalytics } from './narrative-analytics.service.js';
import type { NarrativeRequest } from './narrative-request.js';
import type { RequestBatch } from './narrative-request.repository.js';

const request = (over: Partial<NarrativeRequest> = {}): NarrativeRequest => ({
  askedAt: 0,
  userId: null,
  key: 'narr:v1:1:0:a',
  outcome: 'fresh',
  durationMs: 1,
  systems: ['Sirius'],
  tokens: 0,
  costUsd: 0,
  savedUsd: 0.5,
  ...over,
});

/** A database that takes batches, or says why not. */
class Database {
  readonly tried: RequestBatch[] = [];
  readonly written: NarrativeRequest[] = [];
  refuses: (batch: RequestBatch) => Error | null = () => null;

  async insert(batch: RequestBatch): Promise<void> {
    this.tried.push(batch);
    const refusal = this.refuses(batch);
    if (refusal !== null) throw refusal;
    this.written.push(...batch.requests);
  }
}

const away = () => new DatabaseUnavailableError('away');

describe('what is written of narrative requests, behind their answers (NA-9)', () => {
  let clock: VirtualClock;
  let database: Database;
  let lines: { level: number; msg: string }[];
  let analytics: NarrativeAnalytics;

  beforeEach(() => {
    clock = new VirtualClock();
    database = new Database();
    lines = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    analytics = new NarrativeAnalytics(database, clock, logger);
    analytics.onApplicationBootstrap();
  });

  it('leaves once a second, all that came meanwhile together', async () => {
    for (let at = 0; at < 5; at++) analytics.record(request());
    await clock.advance(999);
    expect([database.tried.length, analytics.waiting]).toEqual([0, 5]);
    await clock.advance(1);
    expect(database.tried.map(({ requests }) => requests.length)).toEqual([5]);
    expect(analytics.waiting).toBe(0);
    await clock.advance(10_000);
    expect(database.tried).toHaveLength(1);
  });

  it('leaves at once where a narrative was made for somebody', async () => {
    analytics.record(request({ outcome: 'made' }));
    await clock.advance(0);
    expect(database.written).toEqual([]);
    analytics.record(request({ outcome: 'made', userId: 'ann' }));
    await clock.advance(0);
    expect(database.written).toHaveLength(2);
  });

  it('leaves in batches of a thousand', async () => {
    for (let at = 0; at < 2_500; at++) analytics.record(request());
    await analytics.flush();
    expect(database.tried.map(({ requests }) => requests.length)).toEqual([1_000, 1_000, 500]);
  });

  it('waits for a database that is away, and is tried ever less often, as the same batch', async () => {
    database.refuses = away;
    analytics.record(request());
    await clock.advance(300_000);
    expect(database.tried.length).toBeGreaterThan(8);
    expect(database.tried.length).toBeLessThan(25);
    expect(new Set(database.tried.map(({ id }) => id)).size).toBe(1);
    expect(lines.map(({ level }) => level)).toEqual([40]);
    database.refuses = () => null;
    await clock.advance(60_000);
    expect([database.written.length, analytics.waiting, analytics.dropped]).toEqual([1, 0, 0]);
  });

  it('is not tried more often for all that is made meanwhile', async () => {
    database.refuses = away;
    for (let at = 0; at < 100; at++) {
      analytics.record(request({ outcome: 'made', userId: 'ann' }));
      await clock.advance(10);
    }
    expect(database.tried.length).toBeLessThan(5);
  });

  it('is bounded, and what is dropped is counted', async () => {
    database.refuses = away;
    for (let at = 0; at < 500; at++) analytics.record(request());
    await analytics.flush();
    for (let at = 0; at < 12_000; at++) analytics.record(request());
    expect([analytics.waiting, analytics.dropped]).toEqual([10_000, 2_500]);
    database.refuses = () => null;
    await analytics.flush();
    expect(database.written).toHaveLength(10_000);
  });

  it('loses a row that the database cannot take, and no other', async () => {
    const unwritable = Object.assign(new Error('not a number'), { driverError: { code: '22P02' } });
    database.refuses = ({ requests }) => (requests.some(({ key }) => key === 'bad') ? unwritable : null);
    for (let at = 0; at < 99; at++) analytics.record(request({ key: at === 42 ? 'bad' : 'good' }));
    await analytics.flush();
    expect([database.written.length, analytics.dropped, analytics.waiting]).toEqual([98, 1, 0]);
    expect(new Set(database.tried.map(({ id }) => id)).size).toBe(database.tried.length);
  });

  it('warns of what the database cannot take once a minute, however many rows there are', async () => {
    database.refuses = () => Object.assign(new Error('out of range'), { driverError: { code: '22003' } });
    for (let at = 0; at < 40; at++) analytics.record(request());
    await analytics.flush();
    expect([analytics.dropped, lines.length]).toEqual([40, 1]);
    await clock.advance(60_000);
    analytics.record(request());
    await analytics.flush();
    expect(lines).toEqual([
      expect.objectContaining({ level: 40, suppressed: 0 }),
      expect.objectContaining({ level: 40, suppressed: 39 }),
    ]);
  });

  it('waits as long for what it does not know the meaning of', async () => {
    database.refuses = () => Object.assign(new Error('no such table'), { driverError: { code: '42P01' } });
    analytics.record(request());
    await analytics.flush();
    expect([analytics.waiting, analytics.dropped]).toEqual([1, 0]);
  });

  it('is written when the process ends, which waits for it no longer than a second', async () => {
    analytics.record(request());
    await analytics.beforeApplicationShutdown();
    expect(database.written).toHaveLength(1);
    analytics.record(request());
    database.insert = () => new Promise(() => undefined);
    const ended = jest.fn();
    void analytics.beforeApplicationShutdown().then(ended);
    await clock.advance(999);
    expect(ended).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(ended).toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('is asked for by many, and written once', async () => {
    analytics.record(request());
    await Promise.all([analytics.flush(), analytics.flush(), analytics.flush()]);
    expect(database.tried).toHaveLength(1);
  });
});
