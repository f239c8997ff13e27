import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { adoptHistory } from '../coherence/apply-reply.js';
import { Stream } from '../coherence/stream.js';
import { VersionNotReachedError } from '../errors/version-not-reached.error.js';
import { Reader } from './reader.js';

const at = (version: number, epoch = 'e1') => ({ epoch, version, changeId: `c${version}` });

describe('Reader, asked for a least version (CO-15)', () => {
  let clock: VirtualClock;
  let origin: FakeOrigin<string>;
  let reader: Reader<string>;

  const readerOver = (stream?: Stream) => {
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      ...(stream && { stream }),
      policy: {
        maxAgeMs: 1_000,
        staleWhileRevalidateMs: null,
        staleIfErrorMs: null,
        softTimeoutMs: 0,
        hardTimeoutMs: 500,
        negativeMaxAgeMs: 0,
        jitter: 0,
        invalidatedMaxStaleMs: null,
      },
    });
    cache.set('key', 'held', { asOf: at(5) });
    return new Reader({ namespace: 'n', clock, report: () => {}, origin, cache, random: () => 0 });
  };

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new FakeOrigin('loaded');
    reader = readerOver();
  });

  it.each([
    ['the version held', at(5)],
    ['an older one', at(4)],
  ])('%s is served as ever, without a load', async (_, wanted) => {
    expect(await reader.getAtLeast('key', wanted)).toMatchObject({ data: 'held', source: 'memory' });
    expect(origin.loads).toBe(0);
  });

  it.each([
    ['that version', at(6)],
    ['a newer one', at(9)],
  ])('what is older is loaded; %s is served', async (_, asOf) => {
    origin.answer({ value: 'new', asOf });
    expect(await reader.getAtLeast('key', at(6))).toMatchObject({ data: 'new', asOf });
    expect(origin.loads).toBe(1);
  });

  it('where nothing is held it is loaded', async () => {
    origin.answer({ value: 'new', asOf: at(6) });
    expect(await reader.getAtLeast('unknown', at(6))).toMatchObject({ data: 'new' });
  });

  it('a load that was under way may have read from before: one more tells', async () => {
    const answer = origin.hang();
    void reader.refresh('key');
    const asked = reader.getAtLeast('key', at(6));
    origin.answer({ value: 'new', asOf: at(6) });
    answer({ value: 'slow', asOf: at(5) });
    expect(await asked).toMatchObject({ data: 'new' });
    expect(origin.loads).toBe(2);
  });

  it('a version that the origin does not have either is refused, and what is held stays', async () => {
    origin.answer({ value: 'held', asOf: at(5) });
    const asked = reader.getAtLeast('key', at(6));
    await expect(asked).rejects.toThrow(VersionNotReachedError);
    await expect(asked).rejects.toMatchObject({
      code: 'version-not-reached',
      retryable: true,
      message: 'n: e1:6 was asked for at least, e1:5 is held',
    });
    expect(reader.peek('key')).toMatchObject({ data: 'held' });
  });

  it('what is loaded of a history that is over does not stand, and what does is refused where it is older', async () => {
    const stream = new Stream('s');
    const reply = { trimmedTo: 0, changeIdAtApplied: null, changes: [], more: false, inRecovery: false };
    stream.commit(adoptHistory(stream.state, { ...at(5), ...reply }, clock.now()));
    const following = readerOver(stream);
    origin.answer({ value: 'over', asOf: at(9, 'e0') });
    await expect(following.getAtLeast('key', at(6))).rejects.toThrow(VersionNotReachedError);
    expect(await following.getAtLeast('key', at(6, 'e0'))).toMatchObject({ data: 'held' });
  });

  it('nor is what is found after a load that brought nothing, where it is older', async () => {
    jest
      .spyOn(origin, 'load')
      .mockResolvedValueOnce({ absent: true, asOf: at(9, 'e0') })
      .mockResolvedValue({ value: 'older', asOf: at(5) });
    await expect(reader.getAtLeast('unknown', at(6))).rejects.toThrow(VersionNotReachedError);
  });

  it('an origin that fails refuses it, with the cause, and is then left alone', async () => {
    const down = new Error('down');
    origin.fail(down);
    await expect(reader.getAtLeast('key', at(6))).rejects.toMatchObject({ cause: down, retryAfterMs: 50 });
    await expect(reader.getAtLeast('key', at(6))).rejects.toMatchObject({ cause: down, retryAfterMs: 50 });
    expect(origin.loads).toBe(1);
    expect(await reader.getAtLeast('key', at(5))).toMatchObject({ data: 'held' });
  });

  it('an origin that hangs refuses it within the deadline of a load', async () => {
    origin.hang();
    const asked = reader.getAtLeast('unknown', at(6));
    asked.catch(() => undefined);
    await clock.advance(500);
    await expect(asked).rejects.toMatchObject({
      cause: { code: 'load-timeout' },
      message: 'n: e1:6 was asked for at least, nothing is held',
    });
  });

  it.each([4, 6])(
    'version %p of another epoch is loaded for once, and what comes is served',
    async (version) => {
      origin.answer({ value: 'of e2', asOf: at(2, 'e2') });
      expect(await reader.getAtLeast('key', at(version, 'e0'))).toMatchObject({ data: 'of e2' });
      expect(origin.loads).toBe(1);
    },
  );

  it('where the origin has no versions, it is loaded once and served', async () => {
    origin.answer({ value: 'unversioned' });
    expect(await reader.getAtLeast('unknown', at(6))).toMatchObject({ data: 'unversioned' });
    expect(origin.loads).toBe(1);
  });
});
