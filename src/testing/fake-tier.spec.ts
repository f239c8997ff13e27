import { describeTierOrder } from '../../test/support/tier-order-contract.js';
import { storedEntry } from '../../test/support/tier-fixtures.js';
import { FakeTier } from './fake-tier.js';
import { VirtualClock } from './virtual-clock.js';

const close = async () => undefined;

describeTierOrder('FakeTier for the disk', async () => ({ tier: new FakeTier('disk'), close }));
describeTierOrder('FakeTier for Redis', async () => ({
  tier: new FakeTier('redis', new VirtualClock()),
  close,
}));

describe('FakeTier with a clock of its own', () => {
  it('counts down, and forgets an entry at the end of its time (SI-3)', async () => {
    const clock = new VirtualClock();
    const tier = new FakeTier('redis', clock);
    await tier.set('n', 'key', storedEntry(), { ttlMs: 1_000, maxBytes: null, pinned: false });
    await clock.advance(999);
    expect(await tier.get('n', 'key', { countdown: true })).toMatchObject({ leftMs: 1 });
    await clock.advance(1);
    expect(await tier.get('n', 'key')).toBeNull();
    expect(await tier.delete('n', 'key')).toBe(false);
  });
});
