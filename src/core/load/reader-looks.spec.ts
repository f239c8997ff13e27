import { SlowOrigin } from '../../../test/support/slow-origin.js';
import { tierProcess } from '../../../test/support/tier-process.js';
import { FakeTier } from '../../testing/fake-tier.js';
import { VirtualClock } from '../../testing/virtual-clock.js';

describe('a look into a tier that takes longer than a load', () => {
  let clock: VirtualClock;
  let redis: FakeTier;
  let origin: SlowOrigin;
  /** Ends the look. */
  let answer: () => void;

  beforeEach(() => {
    clock = new VirtualClock();
    redis = new FakeTier('redis');
    origin = new SlowOrigin(clock, 100);
  });

  const hang = (error?: Error) => {
    const slow = new Promise<null>((resolve, reject) => {
      answer = () => (error === undefined ? resolve(null) : reject(error));
    });
    jest.spyOn(redis, 'get').mockImplementationOnce(() => slow);
  };

  it.each([
    ['finds nothing', undefined],
    ['fails', new Error('away')],
  ])('and %s: what was loaded meanwhile is not loaded again (CA-6)', async (_, error) => {
    const { reader } = tierProcess({ clock, origin, tiers: [redis] });
    const first = reader.get('key');
    await clock.advance(50);
    hang(error);
    const second = reader.get('key');
    await clock.advance(50);
    expect(await first).toMatchObject({ data: 'value 1' });
    answer();
    await clock.advance(100);
    expect(await second).toMatchObject({ data: 'value 1', isStale: false, source: 'memory' });
    expect(origin.calls).toBe(1);
  });
});
