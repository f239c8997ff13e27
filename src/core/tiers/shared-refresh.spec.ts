import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess, type ProcessOptions } from '../../../test/support/tier-process.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

const name = { kind: 'refresh', namespace: 'n', key: 'key' } as const;

describe('one refresh of a key for all processes (CA-6, CA-7)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  /** A process that holds a value which is to be revalidated. */
  const processOf = (options: Partial<ProcessOptions> = {}) => {
    const process = tierProcess({ clock, origin, lock, tiers: [redis], ...options });
    process.cache.set('key', 'old', { confirmedAt: clock.now() - 70_000 });
    const refreshes = () => process.told('refresh').map(({ result }) => result);
    return { ...process, refreshes };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 200);
  });

  it('nobody waits: 8 processes serve what they hold, and one of them refreshes', async () => {
    const group = Array.from({ length: 8 }, () => processOf());
    const reads = await Promise.all(group.map(({ reader }) => reader.get('key')));
    expect(reads).toMatchObject(
      Array.from({ length: 8 }, () => ({ data: 'old', isStale: true, reason: 'revalidating' })),
    );
    await clock.advance(200);
    expect(origin.calls).toBe(1);
    expect(group.map(({ refreshes }) => refreshes().join(' ')).toSorted()).toEqual([
      ...Array(7).fill('started skipped'),
      'started succeeded',
    ]);
  });

  it('one that another process runs is skipped, and is no failure', async () => {
    await lock.acquire(name, 60_000);
    const { reader, refreshes, told } = processOf();
    reader.peek('key');
    await clock.advance(0);
    expect(refreshes()).toEqual(['started', 'skipped']);
    expect([told('load-failed').length, reader.retryInMs('key'), reader.lastError('key')]).toEqual([
      0,
      0,
      undefined,
    ]);
    expect(reader.peek('key')).toMatchObject({ data: 'old', reason: 'revalidating' });
    expect([clock.pending, lock.listeners]).toEqual([0, 0]);
  });

  it('nor is it one where what was held has gone meanwhile', async () => {
    await lock.acquire(name, 60_000);
    const { cache, reader, told } = processOf();
    reader.peek('key');
    cache.delete('key');
    await clock.advance(0);
    expect(told('load-failed')).toEqual([]);
    expect(await tierRead(reader)).toMatchObject({ data: 'value 1' });
  });

  it('the lock is asked for once a second at most, however many read', async () => {
    await lock.acquire(name, 60_000);
    const { reader, told } = processOf();
    for (let i = 0; i < 100; i++) {
      reader.peek('key');
      await clock.advance(10);
    }
    expect(told('lock')).toHaveLength(1);
    reader.peek('key');
    await clock.advance(0);
    expect(told('lock')).toHaveLength(2);
  });

  it('the next look takes what the other one stored, and asks no origin', async () => {
    const [one, other] = [processOf(), processOf()];
    one.reader.peek('key');
    other.reader.peek('key');
    await clock.advance(1_000);
    expect(other.reader.peek('key')).toMatchObject({ data: 'old' });
    await clock.advance(0);
    expect(other.reader.peek('key')).toMatchObject({ data: 'value 1', isStale: false, age: 1_000 });
    expect(other.refreshes()).toEqual(['started', 'skipped', 'started', 'succeeded']);
    expect(origin.calls).toBe(1);
  });

  it('what Redis holds of the old value is not taken for a new one', async () => {
    const { cache, mirrors, reader } = processOf();
    await mirrors.mirror(cache.entry('key')!);
    reader.peek('key');
    await clock.advance(200);
    expect(reader.peek('key')).toMatchObject({ data: 'value 1', isStale: false });
  });

  describe('somebody joins who has to wait', () => {
    it('then it waits for the other process instead of skipping', async () => {
      const lease = (await lock.acquire(name, 60_000))!;
      const { cache, reader, refreshes } = processOf();
      reader.peek('key');
      cache.delete('key');
      const answer = reader.get('key');
      await clock.advance(100);
      await lease.release();
      await clock.advance(200);
      expect(await answer).toMatchObject({ data: 'value 1', isStale: false });
      expect(refreshes()).toEqual(['started', 'succeeded']);
    });

    it('also in the very moment of being skipped, whichever that is', async () => {
      for (let ticks = 0; ticks < 40; ticks++) {
        clock = new VirtualClock();
        lock = new FakeLock(clock);
        redis = new FakeTier('redis');
        origin = new SlowOrigin(clock, 200);
        await lock.acquire(name, 1_000);
        const { cache, reader } = processOf();
        reader.peek('key');
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
        cache.set('key', 'too old', { confirmedAt: clock.now() - 1 });
        cache.entry('key')!.confirmedAt = clock.now() - 900_000;
        const answer = reader.get('key').catch((error: unknown) => error);
        await clock.advance(2_000);
        expect(await answer).toMatchObject({ data: 'value 1', isStale: false });
      }
    });
  });

  async function tierRead(reader: ReturnType<typeof processOf>['reader']): Promise<unknown> {
    const read = reader.get('key');
    await clock.advance(200);
    return read;
  }
});
