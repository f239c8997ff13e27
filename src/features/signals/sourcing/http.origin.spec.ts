import { SourceDesk, signalType } from '../../../../test/support/signal-sources.js';
import { SourceRig } from '../../../../test/support/source-rig.js';
import type { SignalType } from '../types/signal-type.js';

const noon = '2026-01-01T12:00:00.000Z';

describe('a signal that is fetched (SI-5)', () => {
  let rig: SourceRig;
  beforeEach(async () => {
    rig = await SourceRig.start();
    rig.upstream.setDocument('/odds/g1?book=dk', { data: { price: 2, at: noon } });
  });
  afterEach(() => rig.close());

  const desk = (over: Partial<SignalType> = {}, headers: Record<string, string> = {}) =>
    new SourceDesk(
      rig,
      signalType(
        { kind: 'http', url: rig.at('/odds/{a}?book={b}'), headers, valueAt: '/data' },
        { name: 'odds', ttlMs: 60_000, ...over },
      ),
    );

  it('is the value at its place, as old as the answer, with what the next request needs (SI-5)', async () => {
    const odds = desk({}, { 'x-key': 'k' });
    const record = await odds.load('g1:dk');
    expect(record).toMatchObject({
      schema_version: 1,
      observed_at: noon,
      ttl_ms: 60_000,
      value: { price: 2, at: noon },
    });
    expect(record?.http?.etag).toBe(record?.etag);
    expect(rig.upstream.requests[0]?.headers).toMatchObject({ accept: 'application/json', 'x-key': 'k' });
    expect(odds.source.list).toBeNull();
  });

  it('may be all of the document (SI-5)', async () => {
    const source = { kind: 'http', url: rig.at('/odds/{a}?book={b}'), headers: {}, valueAt: null } as const;
    const odds = new SourceDesk(rig, signalType(source, { name: 'odds' }));
    expect(await odds.load('g1:dk')).toMatchObject({ value: { data: { price: 2 } } });
  });

  it('is asked for by its id, which cannot lead elsewhere (SI-5)', async () => {
    await desk().load('a@b+c~d:..%2f');
    expect(rig.upstream.requests[0]?.path).toBe('/odds/a%40b%2Bc~d?book=..%252f');
  });

  it('is the same value, younger, after a 304 (SI-5)', async () => {
    const odds = desk();
    const first = await odds.load('g1:dk');
    await rig.clock.advance(90_000);
    const second = await odds.load('g1:dk');
    expect(second?.observed_at).toBe('2026-01-01T12:01:30.000Z');
    expect(second?.value).toBe(first?.value);
    expect(odds.source.counters).toMatchObject({ bodies: 1, notModified: 1, failed: 0, requests: 2 });
  });

  it('is as old as it says itself, and a 304 makes it no younger (SI-3)', async () => {
    const odds = desk({ observedAt: '/at' });
    await rig.clock.advance(20_000);
    expect(await odds.load('g1:dk')).toMatchObject({ observed_at: noon, ttl_ms: 60_000 });
    await rig.clock.advance(20_000);
    expect(await odds.load('g1:dk')).toMatchObject({ observed_at: noon });
    expect(rig.upstream.answered(304)).toBe(1);
    expect(odds.cache.peek('odds:g1:dk')).toMatchObject({ age: 40_000 });
  });

  it.each([
    [10_000, 'max-age=10'],
    [60_000, 'max-age=600'],
    [1_000, 'no-cache'],
    [1_000, 'max-age=0'],
  ])(
    'may be read for %p ms where its answer says %p, and never longer than its type says (SI-5)',
    async (ms, said) => {
      rig.upstream.behave({ kind: 'headers', headers: { 'cache-control': said } });
      expect(await desk().load('g1:dk')).toMatchObject({ ttl_ms: ms });
    },
  );

  it('may be read for a second also where it is older than it says that it stands (SI-5)', async () => {
    const odds = desk({ observedAt: '/at' });
    await rig.clock.advance(20_000);
    rig.upstream.behave({ kind: 'headers', headers: { 'cache-control': 'no-store' } });
    expect(await odds.load('g1:dk')).toMatchObject({ observed_at: noon, ttl_ms: 21_000 });
    await rig.clock.advance(50_000);
    expect(await odds.load('g1:dk')).toMatchObject({ observed_at: noon, ttl_ms: 60_000 });
    expect(odds.cache.peek('odds:g1:dk')).toMatchObject({ isStale: true });
  });

  it('is none where its source has none (SI-4)', async () => {
    const odds = desk();
    expect(await odds.load('g2:dk')).toBeNull();
    expect(odds.source.counters).toMatchObject({ absent: 1 });
  });

  it.each([
    ['its answer is no JSON', '/data', 'html'],
    ['its answer has nothing at /data', '/data', { data: undefined }],
    [
      '/at is 10000 ms ahead of our clock; clocks may differ by 5000 ms',
      '/at',
      { data: { at: '2026-01-01T12:00:10Z' } },
    ],
    ['/at must be a date and time of ISO 8601', '/at', { data: { price: 1 } }],
    ['it has 70', '/data', { data: { price: 'x'.repeat(70_000) } }],
  ])('is refused with the reason when %s (SI-5)', async (message, observedAt, document) => {
    const odds = desk({ observedAt: observedAt === '/at' ? '/at' : null });
    if (document === 'html') rig.upstream.behave('html');
    else rig.upstream.setDocument('/odds/g1?book=dk', document);
    await expect(odds.load('g1:dk')).rejects.toMatchObject({
      code: 'signal-source-failed',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is refused with the first faults of its schema (SI-5)', async () => {
    const faults = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await expect(desk({ check: () => faults }).load('g1:dk')).rejects.toThrow('a; b; c; d; e; and 2 more');
    await expect(desk({ check: () => ['a', 'b'] }).load('g1:dk')).rejects.toThrow(
      'its answer is not in order: a; b',
    );
  });

  it('is refused with how long to wait while its host wants to be left alone (SI-5)', async () => {
    const odds = desk();
    rig.upstream.behave({ kind: 'rate-limited', retryAfter: 30 });
    for (const fault of ['status', 'held-off'])
      await expect(odds.load('g1:dk')).rejects.toMatchObject({ retryAfterMs: 30_000, cause: { fault } });
    expect(odds.source.counters).toMatchObject({ failed: 2, requests: 2 });
    expect(rig.upstream.requests).toHaveLength(1);
  });

  it('ends with its signal (SI-5)', async () => {
    const odds = desk();
    rig.upstream.behave('hang');
    const controller = new AbortController();
    const loading = odds.load('g1:dk', controller.signal);
    await rig.upstream.received(1);
    await rig.clock.advance(2_000);
    controller.abort(new Error('too late'));
    await expect(loading).rejects.toThrow('too late');
    expect(odds.source.counters).toMatchObject({ failed: 1, totalMs: 2_000 });
  });
});
