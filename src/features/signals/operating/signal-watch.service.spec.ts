import type { OwnDisk } from '../../../platform/cache/index.js';
import type { ThresholdAlert } from '../../../platform/alerts/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { SignalCounters } from '../reading/signal-counters.js';
import { SignalWatch } from './signal-watch.service.js';

const minute = 60_000;
const alarms = { ttlViolations: 0.01, hitRatio: 0.8, diskUsed: 0.9 };

describe('SignalWatch (SI-10)', () => {
  let clock: VirtualClock;
  let counters: SignalCounters;
  let disk: { usedBytes: number | null; maxBytes: number } | null;
  let told: ThresholdAlert[];
  let watch: SignalWatch;

  beforeEach(() => {
    clock = new VirtualClock();
    counters = new SignalCounters();
    disk = { usedBytes: 0, maxBytes: 1_000 };
    told = [];
    const type = { name: 'odds', namespace: 'signals-odds' };
    const namespaces = {
      all: () => [{ type, counters } as unknown as SignalNamespace],
      get disk() {
        return disk as OwnDisk | null;
      },
    };
    const tell = (alert: object) => told.push(alert as ThresholdAlert);
    watch = new SignalWatch(namespaces, { alarms }, { tell }, clock);
    watch.onApplicationBootstrap();
  });

  const brief = () => told.map(({ kind, measure }) => `${measure} ${kind}`);
  const minutes = async (count: number, each: () => void = () => undefined) => {
    for (let passed = 0; passed < count; passed++) {
      each();
      await clock.advance(minute);
    }
  };

  it('tells once that more than the threshold were reads of expired signals, with the share', async () => {
    await minutes(30, () => {
      counters.hits += 96;
      counters.expired += 4;
    });
    expect(told).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        kind: 'threshold-crossed',
        namespace: 'signals-odds',
        measure: 'ttl-violations',
        share: 0.04,
        threshold: 0.01,
        at: '2026-01-01T00:01:00.000Z',
      },
    ]);
  });

  it('tells nothing of what is exactly at its threshold', async () => {
    await minutes(30, () => {
      counters.hits += 80;
      counters.loaded += 19;
      counters.expired += 1;
    });
    expect(told).toEqual([]);
  });

  it('tells of too few hits, and once that there are enough again, after ten minutes and five looks', async () => {
    await minutes(1, () => (counters.loaded += 1_000));
    await minutes(9);
    expect(brief()).toEqual(['hit-ratio threshold-crossed']);
    await minutes(20, () => (counters.hits += 1_000));
    expect(brief()).toEqual(['hit-ratio threshold-crossed', 'hit-ratio threshold-recovered']);
    expect(told[1]).toMatchObject({ share: 1, threshold: 0.8 });
  });

  it('says nothing where another tier answers: that is no read of the source (SI-10)', async () => {
    await minutes(20, () => (counters.found += 1_000));
    expect(told).toEqual([]);
  });

  it('says nothing of fewer than 100 reads, and that it is over when nobody reads any more', async () => {
    await minutes(10, () => (counters.failed += 9));
    expect(told).toEqual([]);
    await minutes(1, () => (counters.failed += 100));
    await minutes(15);
    expect(brief()).toEqual(['hit-ratio threshold-crossed', 'hit-ratio threshold-recovered']);
    expect(told[1]?.share).toBeNull();
  });

  it('tells of a disk that is too full, and of its end', async () => {
    disk = { usedBytes: 901, maxBytes: 1_000 };
    await minutes(3);
    expect(told).toMatchObject([
      { namespace: 'signals', measure: 'disk-used', share: 0.901, threshold: 0.9 },
    ]);
    disk = { usedBytes: 900, maxBytes: 1_000 };
    await minutes(5);
    expect(brief()).toEqual(['disk-used threshold-crossed', 'disk-used threshold-recovered']);
  });

  it.each([null, { usedBytes: null, maxBytes: 1 }])(
    'says nothing of a disk of which nothing is known',
    async (none) => {
      disk = none;
      await minutes(10);
      expect(told).toEqual([]);
    },
  );

  it('leaves no timer behind', () => {
    watch.beforeApplicationShutdown();
    expect(clock.pending).toBe(0);
  });
});
