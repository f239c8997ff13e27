import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory, confirm } from '../coherence/apply-reply.js';
import { reloadAfterMs } from '../coherence/reload-after.js';
import { Stream } from '../coherence/stream.js';
import type { LastgoodEvent } from '../events.js';
import { Reader } from './reader.js';

const asOf = { epoch: 'e1', version: 1, changeId: 'c1' };

describe('loads that nobody waits for', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  let stream: Stream;
  let events: LastgoodEvent[];
  let reader: Reader<string>;

  const keys = Array.from({ length: 100 }, (_, at) => `key-${at}`);
  const readAll = () => keys.map((key) => reader.peek(key));
  const confirmed = () => {
    const reply = {
      ...asOf,
      trimmedTo: 0,
      changeIdAtApplied: null,
      changes: [],
      more: false,
      inRecovery: false,
    };
    stream.commit(confirm(adoptHistory(stream.state, reply, clock.now()), clock.now()));
  };

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('new');
    origin.answer({ value: 'new', asOf });
    stream = new Stream('config');
    events = [];
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      stream,
      policy: {
        maxAgeMs: 10_000,
        staleWhileRevalidateMs: null,
        staleIfErrorMs: null,
        softTimeoutMs: 0,
        hardTimeoutMs: 1_000,
        negativeMaxAgeMs: 100,
        jitter: 0,
        invalidatedMaxStaleMs: null,
      },
    });
    const report = (event: LastgoodEvent) => events.push(event);
    reader = new Reader({ namespace: 'n', clock, report, origin, cache, random: () => 0.5 });
    confirmed();
    for (const key of keys) cache.set(key, 'old', { asOf });
  });

  it('are ten at a time, however much became stale at once (CO-10)', async () => {
    await clock.advance(10_000);
    const answer = origin.hang();
    readAll();
    readAll();
    expect(origin.loads).toBe(10);
    answer({ value: 'new', asOf });
    await clock.advance(0);
    expect(readAll().filter((read) => read!.data === 'new')).toHaveLength(10);
    expect(origin.loads).toBe(20);
  });

  it('do not keep a caller that has nothing from its own', async () => {
    await clock.advance(10_000);
    origin.hang();
    readAll();
    void reader.get('unknown');
    expect(origin.requests.at(-1)!.key).toBe('unknown');
  });

  it('make room when they fail', async () => {
    await clock.advance(10_000);
    origin.fail(new Error('down'));
    readAll();
    await clock.advance(0);
    expect(origin.loads).toBe(10);
    readAll();
    expect(origin.loads).toBe(20);
  });

  it('begin at a moment of this process, within 2 s, after everything became stale everywhere (CO-10)', async () => {
    await clock.advance(10_000);
    reader.lineageChanged();
    readAll();
    await clock.advance(999);
    readAll();
    expect(origin.loads).toBe(0);
    await clock.advance(1);
    readAll();
    expect(origin.loads).toBe(10);
  });

  describe('of a value that the counter confirmed for an hour (CO-7)', () => {
    beforeEach(async () => {
      await clock.advance(reloadAfterMs + 5_000);
      confirmed();
    });

    it.each<[string, () => unknown]>([
      ['peek', () => reader.peek('key-0')],
      ['get', () => reader.get('key-0')],
    ])('start with the next %s, which is served what is held, fresh', async (_, read) => {
      expect(await read()).toMatchObject({ data: 'old', isStale: false });
      await clock.advance(0);
      expect(origin.loads).toBe(1);
      expect(await read()).toMatchObject({ data: 'new', isStale: false, reason: 'fresh' });
      expect(origin.loads).toBe(1);
    });

    it('do not start again at once where they fail', async () => {
      origin.fail(new Error('down'));
      reader.peek('key-0');
      await clock.advance(0);
      reader.peek('key-0');
      expect(origin.loads).toBe(1);
    });

    it('raise an alarm where they find other content at the same version, and what they found is served', async () => {
      reader.peek('key-0');
      await clock.advance(0);
      expect(events).toContainEqual({ type: 'content-diverged', namespace: 'n', key: 'key-0', version: 1 });
      expect(reader.peek('key-0')!.data).toBe('new');
    });

    it('raise none where the content is the same, be it of several parts', async () => {
      origin.answer({ value: 'old', asOf });
      reader.peek('key-0');
      await clock.advance(0);
      expect(events.map(({ type }) => type)).toEqual(['refresh', 'load-succeeded', 'refresh']);
    });

    it('raise one where the value is gone at the same version', async () => {
      origin.answer({ absent: true, asOf });
      reader.peek('key-0');
      await clock.advance(0);
      expect(events).toContainEqual(expect.objectContaining({ type: 'content-diverged', key: 'key-0' }));
    });
  });
});
