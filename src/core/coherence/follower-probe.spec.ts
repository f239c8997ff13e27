import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StreamFollower } from './stream-follower.js';
import { Stream } from './stream.js';

describe('StreamFollower, of a probe (OP-13)', () => {
  it('ends what waits to be tried again by a change, and not by a probe, which comes every minute', async () => {
    const clock = new VirtualClock();
    const feed = new FakeChangeFeed();
    const stream = new Stream('cache');
    const probeScope = 'probe';
    const follower = new StreamFollower({ clock, report: () => {}, feed, stream, listen: true, probeScope });
    follower.start();
    await clock.advance(0);
    const tried: number[] = [];
    follower.attach({
      originRecovered: () => void tried.push(stream.state.applied.version),
      lineageChanged: () => undefined,
    });
    const { version } = feed.change([probeScope]);
    await clock.advance(2_000);
    expect([stream.state.applied.version, tried]).toEqual([version, []]);
    feed.change(['a', probeScope]);
    await clock.advance(2_000);
    expect(tried).toEqual([version]);
    await follower.stop();
  });
});
