import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess, type ProcessOptions, type TierProcess } from '../../../test/support/tier-process.js';
import { Chaos } from '../../testing/chaos.js';
import { ChaosTier } from '../../testing/chaos-tier.js';
import { FakeLock } from '../../testing/fake-lock.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

const thrown = () => {
  throw new Error('at once');
};

describe('the lease of the lock that one load holds for all processes (CA-6)', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let lock: FakeLock;
  let origin: SlowOrigin;

  const processOf = (options: Partial<ProcessOptions> = {}) =>
    tierProcess({ clock, origin, lock, tiers: [redis], random: Math.random, ...options });
  const processes = (count: number, options: Partial<ProcessOptions> = {}) =>
    Array.from({ length: count }, () => processOf(options));
  const read = ({ reader }: TierProcess) => reader.get('key').catch((error: unknown) => error);
  const expectNothingLeft = () => expect([clock.pending, lock.leases, lock.listeners]).toEqual([0, 0, 0]);

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    lock = new FakeLock(clock);
    origin = new SlowOrigin(clock, 200);
  });

  it('is renewed for as long as the load takes, which may be longer', async () => {
    origin.ms = 20_000;
    const group = processes(2, { policy: { hardTimeoutMs: 25_000 }, waitMs: 25_000 });
    const reads = group.map(read);
    await clock.advance(19_999);
    expect(lock.leases).toBe(1);
    await clock.advance(1);
    expect(await Promise.all(reads)).toMatchObject([{ data: 'value 1' }, { data: 'value 1' }]);
    expectNothingLeft();
  });

  it('is not renewed by a holder that lost it, which loads on', async () => {
    const renew = jest.fn(async () => false);
    jest.spyOn(lock, 'acquire').mockResolvedValue({ renew, release: async () => undefined });
    origin.ms = 9_000;
    const answer = read(processOf({ policy: { hardTimeoutMs: 12_000 } }));
    await clock.advance(9_000);
    expect(await answer).toMatchObject({ data: 'value 1' });
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('is renewed on where one renewal is not answered', async () => {
    const renew = jest.fn(async () => true).mockRejectedValueOnce(new Error('down'));
    jest.spyOn(lock, 'acquire').mockResolvedValue({ renew, release: async () => undefined });
    origin.ms = 9_000;
    void read(processOf({ policy: { hardTimeoutMs: 12_000 } }));
    await clock.advance(9_000);
    expect(renew).toHaveBeenCalledTimes(4);
  });

  it.each<[string, () => void]>([
    ['when the load succeeds', () => undefined],
    ['when the origin fails', () => (origin.answer = 'error')],
    ['when there is no such value', () => (origin.answer = 'absent')],
    ['when the origin throws at once', () => jest.spyOn(origin, 'load').mockImplementation(thrown)],
    ['at the deadline', () => (origin.ms = 99_000)],
  ])('is released %s', async (_, prepare) => {
    prepare();
    const process = processOf();
    void read(process);
    await clock.advance(2_000);
    expectNothingLeft();
    expect(process.told('lock-released')).toHaveLength(1);
  });

  it('is released when others can find the value, however long the disk takes', async () => {
    const chaos = new Chaos(clock);
    chaos.alwaysDelay(60_000);
    const process = processOf({ tiers: [redis, new ChaosTier(new FakeTier('disk'), chaos)] });
    const load = process.reader.get('key');
    await clock.advance(500 + origin.ms);
    await load;
    expect(lock.leases).toBe(0);
  });

  it('is released soon where Redis takes a value for ever', async () => {
    const chaos = new Chaos(clock);
    const process = processOf({ tiers: [new ChaosTier(redis, chaos)] });
    const load = process.reader.get('key');
    await clock.advance(origin.ms - 1);
    chaos.alwaysHang();
    await clock.advance(1);
    expect(await load).toMatchObject({ data: 'value 1' });
    await clock.advance(500);
    expectNothingLeft();
  });
});
