import { SignalInvalidError } from '../src/features/signals/pushing/signal-invalid.error.js';
import { SignalTooOldError } from '../src/features/signals/pushing/signal-too-old.error.js';
import { FakeLock, VirtualClock } from '../src/testing/index.js';
import { SlowTier } from './support/slow-tier.js';
import { SignalReplica } from './support/signal-replica.js';
import { signalTypeOf } from './support/signal-type-of.js';
import { SkewedClock } from './support/skewed-clock.js';

const schema = { type: 'object', properties: { price: { type: 'number' } }, required: ['price'] };
const odds = signalTypeOf({ schema, max_value_kb: 1 });
const plain = signalTypeOf({ observed_at: undefined, tiers: [] }, 'plain');
const lines = signalTypeOf({ source: { http: 'https://o.example/{game_id}' } }, 'lines');
const types = [odds, plain, lines];

describe('SignalPushes', () => {
  let clock: VirtualClock;
  let tier: SlowTier;
  let lock: FakeLock;
  let replica: SignalReplica;

  beforeEach(() => {
    clock = new VirtualClock();
    tier = new SlowTier(clock, 0);
    lock = new FakeLock(clock);
    replica = new SignalReplica({ clock, types, redis: { tier, lock } });
  });

  const iso = (agoMs = 0) => new Date(clock.wall() - agoMs).toISOString();
  const push = (agoMs: number, price: unknown = 2, on = replica) =>
    on.pushes.push('odds', 'g1', { value: { at: iso(agoMs), price } }, null);
  const priceOf = async (on = replica) => {
    const { value } = await on.service.get<{ price: number }>('odds', 'g1');
    return value.price;
  };

  it('keeps what is pushed in every tier of its type, and says so (SI-6, SI-9)', async () => {
    await expect(push(1_000)).resolves.toEqual({
      outcome: 'stored',
      observedAt: iso(1_000),
      validUntil: iso(-59_000),
      tiers: { memory: 'stored', redis: 'stored' },
      repeated: false,
    });
    expect(tier.entries.size).toBe(1);
    await expect(replica.pushes.push('plain', 'g1', { value: 'x' }, null)).resolves.toMatchObject({
      tiers: { memory: 'stored' },
      observedAt: iso(),
    });
  });

  it('a tier that does not take it is told (SI-6)', async () => {
    tier.set = () => Promise.reject(new Error('it is away'));
    await expect(push(0)).resolves.toMatchObject({
      outcome: 'stored',
      tiers: { memory: 'stored', redis: 'failed' },
    });
    expect(await priceOf()).toBe(2);
  });

  it('an older observation never replaces a newer one (SI-9)', async () => {
    await push(1_000, 1);
    await expect(push(2_000, 2)).resolves.toEqual({
      outcome: 'older-than-held',
      observedAt: iso(1_000),
      validUntil: iso(-59_000),
      tiers: {},
      repeated: false,
    });
    expect(await priceOf()).toBe(1);
    await expect(push(500, 3)).resolves.toMatchObject({ outcome: 'stored' });
    expect(await priceOf()).toBe(3);
  });

  it('an older observation does not replace a newer one that another replica was given (SI-9)', async () => {
    const other = new SignalReplica({ clock, types, redis: { tier, lock } });
    await push(1_000, 1, other);
    await expect(push(2_000, 2)).resolves.toMatchObject({
      outcome: 'older-than-held',
      observedAt: iso(1_000),
    });
    expect(await priceOf()).toBe(1);
  });

  it('a newer one that came to Redis during the push stands (SI-9)', async () => {
    const other = new SignalReplica({ clock, types, redis: { tier, lock } });
    const { set } = tier;
    tier.set = async (...args) => {
      tier.set = set;
      await push(0, 9, other);
      return set.apply(tier, args);
    };
    await expect(push(1_000, 1)).resolves.toMatchObject({
      outcome: 'older-than-held',
      observedAt: iso(),
      tiers: { redis: 'older' },
    });
    expect(await priceOf()).toBe(9);
  });

  it('the same observation again changes nothing, and of one moment there is one value: the first (SI-9)', async () => {
    await push(1_000, 1);
    await expect(push(1_000, 1)).resolves.toMatchObject({ outcome: 'same', tiers: { redis: 'stored' } });
    await expect(push(1_000, 2)).resolves.toMatchObject({ outcome: 'older-than-held' });
    expect(await priceOf()).toBe(1);
  });

  it('of one moment there is one value in all replicas: the first (SI-9)', async () => {
    const other = new SignalReplica({ clock, types, redis: { tier, lock } });
    await push(1_000, 1, other);
    await expect(push(1_000, 2)).resolves.toMatchObject({ outcome: 'older-than-held' });
    expect(await priceOf()).toBe(1);
  });

  it('a push that is repeated reaches the tier that had failed (SI-6, SI-9)', async () => {
    const { set } = tier;
    tier.set = () => Promise.reject(new Error('it is away'));
    await expect(push(1_000, 1)).resolves.toMatchObject({ outcome: 'stored', tiers: { redis: 'failed' } });
    tier.set = set;
    await expect(push(1_000, 1)).resolves.toMatchObject({ outcome: 'same', tiers: { redis: 'stored' } });
    expect(await tier.get('signals-odds', 'odds:g1')).toMatchObject({ value: { value: { price: 1 } } });
  });

  it('after a flush an older observation is taken: nothing newer is held (SI-7)', async () => {
    await push(0, 1);
    replica.get('odds').reader.cache.delete('odds:g1');
    await tier.delete('signals-odds', 'odds:g1');
    await expect(push(5_000, 2)).resolves.toMatchObject({ outcome: 'stored' });
    expect(await priceOf()).toBe(2);
  });

  it('ages from its observation, and is not kept anew by another replica (SI-3)', async () => {
    const other = new SignalReplica({
      clock: new SkewedClock(clock, -40_000),
      types,
      redis: { tier, lock },
    });
    await push(20_000);
    await clock.advance(30_000);
    await expect(other.service.get('odds', 'g1')).resolves.toMatchObject({ ageMs: 50_000 });
    await clock.advance(10_000);
    await expect(other.service.get('odds', 'g1')).rejects.toMatchObject({ code: 'signal-expired' });
  });

  it('tells every fault of a value at once; nothing is stored (SI-9)', async () => {
    const error = await push(-6_000, '2').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SignalInvalidError);
    expect(error).toMatchObject({
      code: 'signal-invalid',
      faults: ['/price: must be number', '/at: is 6000 ms ahead of our clock; clocks may differ by 5000 ms'],
    });
    expect(tier.entries.size).toBe(0);
  });

  it('a pusher whose clock is at most 5 s ahead counts as now (SI-3)', async () => {
    await expect(push(-5_000)).resolves.toMatchObject({ observedAt: iso(), validUntil: iso(-60_000) });
  });

  it('what is past its limit as it comes is refused (SI-9)', async () => {
    await expect(push(59_999)).resolves.toMatchObject({ outcome: 'stored' });
    const error = await push(60_000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SignalTooOldError);
    expect(error).toMatchObject({ code: 'signal-too-old', ageMs: 60_000, limitMs: 60_000 });
  });

  it('observedAt may be told beside the value, where the value does not tell it (SI-3)', async () => {
    const beside = (value: unknown, observedAt: string) =>
      replica.pushes.push('odds', 'g2', { value, observedAt }, null);
    await expect(beside({ price: 1 }, iso(9_000))).resolves.toMatchObject({ observedAt: iso(9_000) });
    await expect(beside({ price: 1, at: iso(1_000) }, iso(1_000))).resolves.toMatchObject({
      outcome: 'stored',
    });
    await expect(beside({ price: 1, at: iso(1_000) }, iso())).rejects.toMatchObject({
      faults: ['observedAt: must be left out, or be what /at of the value is'],
    });
    await expect(replica.pushes.push('odds', 'g2', { value: { price: 1 } }, null)).rejects.toMatchObject({
      faults: [expect.stringContaining('observedAt: must be a date and time of ISO 8601')],
    });
    await expect(
      replica.pushes.push('plain', 'g2', { value: 1, observedAt: iso(7_000) }, null),
    ).resolves.toMatchObject({ observedAt: iso(7_000) });
  });

  it.each<[string, unknown, string]>([
    ['too long', { price: 1, more: 'x'.repeat(1_024) }, 'value: must be at most 1024 bytes as JSON'],
    ['nothing', undefined, 'value: must be JSON'],
    ['no JSON', { price: 1n }, 'value: must be JSON'],
  ])('a value that is %s is refused (SI-9)', async (_name, value, fault) => {
    await expect(replica.pushes.push('odds', 'g1', { value }, null)).rejects.toThrow(fault);
  });

  it('what the caller does with its value afterwards changes nothing (SI-9)', async () => {
    const value = { at: iso(), price: 1 };
    await replica.pushes.push('odds', 'g1', { value }, null);
    value.price = 2;
    expect(await priceOf()).toBe(1);
  });

  it('only what is pushed can be pushed, under an id of its type (SI-9)', async () => {
    await expect(replica.pushes.push('lines', 'g1', { value: 1 }, null)).rejects.toMatchObject({
      code: 'signal-not-pushed',
    });
    await expect(replica.pushes.push('none', 'g1', { value: 1 }, null)).rejects.toMatchObject({
      code: 'signal-type-unknown',
    });
    await expect(replica.pushes.push('odds', 'g1:x', { value: 1 }, null)).rejects.toMatchObject({
      code: 'signal-id-invalid',
    });
  });
});
