import { FakeLock, VirtualClock } from '../src/testing/index.js';
import { SlowTier } from './support/slow-tier.js';
import { SignalReplica } from './support/signal-replica.js';
import { signalTypeOf } from './support/signal-type-of.js';

const pushed = signalTypeOf({}, 'pushed');

describe('two replicas', () => {
  it('a push is seen by every replica within about a second (SI-6)', async () => {
    const clock = new VirtualClock();
    const redis = { tier: new SlowTier(clock, 0), lock: new FakeLock(clock) };
    const [one, other] = [1, 2].map(() => new SignalReplica({ clock, types: [pushed], redis }));
    const push = (price: number) =>
      one!.pushes.push('pushed', 'g1', { value: { at: new Date(clock.wall()).toISOString(), price } }, null);
    await push(1);
    await expect(other!.service.get('pushed', 'g1')).resolves.toMatchObject({
      value: { price: 1 },
      source: 'redis',
    });
    expect(other!.get('pushed').counters).toMatchObject({ hits: 0, found: 1, loaded: 0 });
    await clock.advance(100);
    await push(2);
    await clock.advance(1_000);
    await other!.service.get('pushed', 'g1');
    await clock.advance(1);
    await expect(other!.service.get('pushed', 'g1')).resolves.toMatchObject({ value: { price: 2 } });
  });

  it('a push that comes while nothing is being found is not lost (SI-9)', async () => {
    const clock = new VirtualClock();
    const redis = { tier: new SlowTier(clock, 2), lock: new FakeLock(clock) };
    const [one, other] = [1, 2].map(() => new SignalReplica({ clock, types: [pushed], redis }));
    const pushing: Promise<unknown>[] = [];
    for (let n = 0; n < 8; n++) {
      other!.service.get('pushed', 'g1').catch(() => undefined);
      if (n === 4)
        pushing.push(
          one!.pushes.push(
            'pushed',
            'g1',
            { value: { at: new Date(clock.wall() - 500).toISOString() } },
            null,
          ),
        );
      await clock.advance(1);
    }
    await clock.advance(100);
    await Promise.all(pushing);
    const read = other!.service.get('pushed', 'g1');
    await clock.advance(10);
    await expect(read).resolves.toMatchObject({ id: 'g1' });
  });

  it('an expired copy is not served where another replica was given a newer one (SI-6)', async () => {
    const clock = new VirtualClock();
    const redis = { tier: new SlowTier(clock, 0), lock: new FakeLock(clock) };
    const [one, other] = [1, 2].map(() => new SignalReplica({ clock, types: [pushed], redis }));
    const push = () =>
      one!.pushes.push('pushed', 'g1', { value: { at: new Date(clock.wall()).toISOString() } }, null);
    await push();
    await other!.service.get('pushed', 'g1');
    await clock.advance(60_000);
    await push();
    await expect(other!.service.get('pushed', 'g1')).resolves.toMatchObject({ ageMs: 0, source: 'redis' });
  });
});
